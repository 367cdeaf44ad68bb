import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createRandom } from '../simulation/random.ts';
import { BACKENDS, sliceOfBackend } from './backends.ts';
import { SERVICES, servicesOf } from './services.ts';
import { createCrowd } from './shoppers/crowd.ts';
import { type Simulated, simulate } from './testing/simulate.ts';

const SHORT = {
  preDrop: { seconds: 4, workers: 5 },
  dropLive: { seconds: 12, workers: 40 },
  postDrop: { seconds: 4, workers: 8 },
};
const PAIRS = { min: 41, max: 41 };

describe('a drop in three slices', () => {
  let slices: Simulated[];
  before(async () => {
    const run = (index: number) =>
      simulate({ phases: SHORT, inventory: PAIRS }, { seed: 'slices', slice: { index, count: 3 } });
    slices = await Promise.all([run(0), run(1), run(2)]);
  });
  const sum = (numbers: readonly (number | undefined)[]) => numbers.reduce<number>((total, n) => total + (n ?? 0), 0);
  const spans = () => slices.flatMap(({ telemetry }) => telemetry.spans.map(({ span }) => span));

  test('is one drop: the same id, sneaker, and phases at the same times, with all the workers between them', () => {
    const [first] = slices[0]?.phases ?? [];
    assert.equal(first?.status.dropId, 'drop-2026-06-01-0001');
    for (const { phases } of slices) {
      assert.deepEqual(
        phases.map(({ phase, at, status }) => [phase, at, status.dropId, status.sneaker]),
        slices[0]?.phases.map(({ phase, at, status }) => [phase, at, status.dropId, status.sneaker]),
      );
    }
    assert.deepEqual(
      [0, 1, 2].map((phase) => sum(slices.map(({ phases }) => phases[phase]?.workers))),
      [5, 40, 8],
    );
  });

  test('sells every pair once: the stock of all slices is the stock of the drop', () => {
    assert.equal(sum(slices.map(({ phases }) => phases[0]?.status.inventory)), 41);
    const orders = sum(slices.map(({ summaries }) => summaries[0]?.orders));
    const left = sum(slices.map(({ summaries }) => summaries[0]?.inventory));
    assert.deepEqual({ orders, left }, { orders: 41, left: 0 });
    const ids = spans()
      .filter(({ name, status }) => name === 'create_order' && status.code === 0)
      .map(({ attributes }) => attributes['snkrs.order.id']);
    assert.equal(ids.length, orders);
    assert.equal(new Set(ids).size, orders, 'every order is another one');
  });

  test('nobody is in two slices', () => {
    const users = slices.map(
      ({ telemetry }) => new Set(telemetry.spans.map(({ span }) => span.attributes['user.id']).filter(Boolean)),
    );
    const all = users.flatMap((set) => [...set]);
    assert.ok(all.length > 1_000);
    assert.equal(new Set(all).size, all.length);
  });

  test('what happens to shoppers differs from slice to slice', () => {
    const journeys = slices.map(({ telemetry }) =>
      telemetry.spans
        .slice(0, 200)
        .map(({ span }) => `${span.name} ${span.startTime}`)
        .join(),
    );
    assert.equal(new Set(journeys).size, 3);
  });
});

test('instances of 256 slices are all different ones, and those of the first are the whole platform’s', () => {
  const ids = Array.from({ length: 256 }, (_, index) => servicesOf({ index, count: 256 })).flatMap((services) =>
    services.flatMap(({ instances }) => instances.map(({ id }) => id)),
  );
  assert.equal(ids.length, 256 * 42);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    servicesOf({ index: 0, count: 256 }).map(({ instances }) => instances.map(({ id }) => id)),
    SERVICES.map(({ instances }) => instances.map(({ id }) => id)),
  );
});

test('the backends of all slices can take what the whole ones can, and none takes nothing', () => {
  const over = (count: number) => {
    const parts = Array.from({ length: count }, (_, index) => sliceOfBackend(BACKENDS.stripe, { index, count }));
    return {
      capacity: parts.reduce((sum, { capacity }) => sum + capacity, 0),
      queue: parts.reduce((sum, { queue }) => sum + queue, 0),
      least: Math.min(...parts.map(({ capacity }) => capacity)),
    };
  };
  assert.deepEqual(over(1), { capacity: 25, queue: 25, least: 25 });
  assert.deepEqual(over(4), { capacity: 25, queue: 25, least: 6 });
  assert.deepEqual(over(64), { capacity: 64, queue: 25, least: 1 });
  assert.equal(sliceOfBackend(BACKENDS.kafka, { index: 1, count: 3 }).queue, Number.POSITIVE_INFINITY);
});

test('the accounts of all slices are all the accounts, each once', () => {
  const random = createRandom('accounts');
  const seen = new Set<number>();
  for (const index of [0, 1, 2, 3, 4, 5, 6]) {
    const crowd = createCrowd(random.fork('crowd'), { index, count: 7 });
    crowd.newDrop(random.fork('drop'));
    const entrants = Array.from({ length: 6_000 }, () => crowd.entrant(random));
    for (const { bot, index: account } of entrants) {
      assert.equal((bot ? account - 40_000 : account) % 7, index);
      seen.add(account);
    }
  }
  assert.ok(seen.size > 36_000, `${seen.size} accounts seen`);
});

test('a new load changes the workers of the present phase at once, and those of the phases to come', async () => {
  const settings = { phases: { ...SHORT, dropLive: { seconds: 1, workers: 40 } } };
  const { phases, telemetry } = await simulate(settings, {
    loads: [
      { at: 2_000, load: 4 },
      { at: 4_500, load: 0.1 },
    ],
  });
  assert.deepEqual(
    phases.map(({ workers }) => workers),
    [5, 160, 1],
  );
  const roots = (from: number, to: number) =>
    telemetry.spans.filter(
      ({ span }) =>
        span.parentSpanContext === undefined && span.name.includes(' /v1/') && within(span.startTime, from, to),
    ).length;
  assert.ok(roots(2_000, 4_000) > 2 * roots(0, 2_000));
});

const START_SECONDS = Date.UTC(2026, 5, 1, 10) / 1000;

function within([seconds, nanos]: readonly [number, number], from: number, to: number): boolean {
  const at = (seconds - START_SECONDS) * 1000 + nanos / 1e6;
  return at >= from && at < to;
}
