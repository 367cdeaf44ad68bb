import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { IncidentsSetting } from '../../setting.ts';
import { createRandom } from '../../simulation/random.ts';
import { millis, type RecordedSpan } from '../testing/recorded-telemetry.ts';
import { type Simulated, START, simulate } from '../testing/simulate.ts';
import { planIncident } from './catalogue.ts';

/** Half a minute in which a drop is on, with enough shoppers to see a difference. */
const SETTINGS = {
  phases: {
    preDrop: { seconds: 1, workers: 5 },
    dropLive: { seconds: 30, workers: 24 },
    postDrop: { seconds: 1, workers: 4 },
  },
};

const planned = (incident: string, atSeconds: number, forSeconds: number): IncidentsSetting => ({
  kind: 'planned',
  incidents: [{ incident, atSeconds, forSeconds }],
});

/** What a span was, to the microsecond: ids leave no doubt. */
const printed = ({ service, span }: RecordedSpan) =>
  `${service} ${span.name} ${span.spanContext().spanId} ${span.startTime} ${span.endTime} ${span.status.code}`;

function charges({ telemetry }: Simulated, from: number, to: number) {
  const spans = telemetry.spans
    .filter(({ span }) => span.name === 'stripe.charge')
    .filter(({ span }) => millis(span.startTime) >= START + from && millis(span.startTime) < START + to)
    .map(({ span }) => span);
  const sorted = spans.map(({ duration }) => millis(duration)).sort((a, b) => a - b);
  const failed = spans.filter(({ attributes }) => attributes['error.type'] !== undefined).length;
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, failed: failed / spans.length };
}

suite('an incident in a simulation', () => {
  test('changes what it is about while it is on, and nothing before', async () => {
    const without = await simulate(SETTINGS);
    const troubled = await simulate({ ...SETTINGS, incidents: planned('stripe-brownout', 8, 12) });
    const [quiet, loud] = [charges(without, 14_000, 20_000), charges(troubled, 14_000, 20_000)];
    assert.ok(loud.p50 > 2.5 * quiet.p50, `p50 of ${loud.p50} ms against ${quiet.p50} ms`);
    assert.ok(loud.failed > 0.3 && quiet.failed < 0.25, `${loud.failed} failed against ${quiet.failed}`);
    const after = charges(troubled, 22_000, 30_000);
    assert.ok(after.p50 < 1.3 * quiet.p50, `p50 of ${after.p50} ms afterwards`);
    const before = ({ telemetry }: Simulated) =>
      telemetry.spans.filter(({ span }) => millis(span.endTime) < START + 8_000).map(printed);
    assert.deepEqual(before(troubled), before(without));
    assert.deepEqual(
      troubled.incidents.map(({ kind, startsAt, endsAt }) => [kind, startsAt - START, endsAt - START]),
      [['stripe-brownout', 8_000, 20_000]],
    );
  });

  test('can be started and stopped by hand, which is told', async () => {
    const random = createRandom('1');
    const occurrence = planIncident('stripe-brownout', { at: START + 8_000, hidden: false, slices: 1, random });
    const troubled = await simulate(SETTINGS, {
      orders: [
        { at: 8_000, order: { do: 'start', occurrence } },
        { at: 20_000, order: { do: 'stop', id: occurrence.id } },
      ],
    });
    assert.ok(charges(troubled, 14_000, 20_000).p50 > 500);
    assert.ok(charges(troubled, 22_000, 30_000).p50 < 300);
    assert.deepEqual(troubled.incidents, [occurrence, { ...occurrence, endsAt: START + 20_000 }]);
  });

  test('is nowhere named in the telemetry', async () => {
    const { telemetry, incidents } = await simulate({ ...SETTINGS, incidents: planned('stripe-brownout', 8, 12) });
    const said = JSON.stringify([
      telemetry.spans.map(({ span }) => [span.name, span.attributes, span.events]),
      telemetry.logs.map(({ record }) => [record.body, record.attributes, record.eventName]),
    ]);
    assert.equal(incidents.length, 1);
    assert.doesNotMatch(said, /brownout|inc-[0-9a-f]{16}/);
  });
});
