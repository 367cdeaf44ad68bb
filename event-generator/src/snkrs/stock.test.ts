import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory } from './inventory.ts';
import { type Simulated, simulate } from './testing/simulate.ts';

/** At ten times the load the stock is gone sooner. */
for (const { load, cycles, seconds } of [
  { load: 1, cycles: 2, seconds: 15 },
  { load: 10, cycles: 1, seconds: 6 },
]) {
  const phases = {
    preDrop: { seconds: 1, workers: 5 },
    dropLive: { seconds, workers: 40 },
    postDrop: { seconds: 3, workers: 8 },
  };
  test(`at load ${load}, no pair is sold twice and every order has exactly one paid charge`, async () => {
    const simulated = await simulate({ load, cycles, phases }, { seed: 'stock' });
    assert.equal(simulated.summaries.length, cycles);
    for (const summary of simulated.summaries) {
      const pairs = simulated.phases.find(({ status }) => status.cycle === summary.cycle)?.status.inventory ?? 0;
      assert.ok(summary.orders > 50, `${summary.orders} orders`);
      assert.ok(summary.orders + summary.inventory <= pairs, `${summary.orders} orders of ${pairs} pairs`);
      assert.ok(summary.inventory >= 0);
      chargedOnce(simulated, summary.dropId, summary.orders);
    }
    for (const { span } of simulated.telemetry.spans) {
      const left = span.attributes['snkrs.inventory.left'];
      if (left !== undefined) assert.ok(Number(left) >= 0, `${left} pairs left`);
    }
  });
}

function chargedOnce({ telemetry }: Simulated, dropId: string, count: number): void {
  const ofDrop = telemetry.spans.filter(({ span }) => span.attributes['snkrs.drop.id'] === dropId);
  const attributes = (name: string, key: string) =>
    ofDrop.filter(({ span }) => span.name === name && span.status.code === 0).map(({ span }) => span.attributes[key]);
  const charges = attributes('stripe.charge', 'snkrs.payment.charge_id');
  const refunds = new Set(attributes('stripe.refund', 'snkrs.payment.charge_id'));
  const orders = attributes('create_order', 'snkrs.payment.charge_id');
  assert.equal(new Set(charges).size, charges.length, 'every charge is another one');
  assert.equal(orders.length, count);
  assert.deepEqual(orders.toSorted(), charges.filter((charge) => !refunds.has(charge)).toSorted());
  assert.equal(new Set(attributes('create_order', 'snkrs.order.id')).size, orders.length);
}

test('the next drop sells another sneaker, from a stock of its own', async () => {
  const moment = { seconds: 1, workers: 5 };
  const phases = { preDrop: moment, dropLive: moment, postDrop: moment };
  const simulated = await simulate({ cycles: 2, phases, inventory: { min: 90, max: 90 } });
  const starts = simulated.phases.filter(({ phase }) => phase === 'PRE_DROP').map(({ status }) => status);
  assert.deepEqual(
    starts.map(({ cycle, dropId, sneaker, inventory }) => [cycle, dropId, sneaker, inventory]),
    [
      [1, 'drop-2026-06-01-0001', "Skyline 1 High 'Varsity Red'", 90],
      [2, 'drop-2026-06-01-0002', "Metro Runner 90 'Infrared'", 90],
    ],
  );
});

test('a pair nobody pays for goes back on the shelf when its time is up', () => {
  const inventory = createInventory(new Map([['9', 1]]));
  const pair = inventory.reserve('9', 0);
  assert.ok(pair);
  assert.equal(inventory.reserve('9', 9_999), undefined);
  assert.equal(inventory.expire(9_999), 0);
  assert.equal(inventory.expire(10_000), 1);
  assert.equal(inventory.leftOf('9'), 1);
  assert.equal(inventory.startPayment(pair), false, 'too late to pay');
  assert.throws(() => inventory.sell(pair), {
    message: 'sale of a pair that is expired: expected one that is being paid for',
  });
});

test('a pair being paid for does not lapse, and comes back once if the payment fails', () => {
  const inventory = createInventory(new Map([['9', 1]]));
  const pair = inventory.reserve('9', 0);
  assert.ok(pair);
  assert.equal(inventory.startPayment(pair), true);
  assert.equal(inventory.expire(60_000), 0);
  inventory.release(pair);
  inventory.release(pair);
  assert.equal(inventory.left, 1);
});

test('a sold pair is gone for good', () => {
  const inventory = createInventory(new Map([['9', 1]]));
  const pair = inventory.reserve('9', 0);
  assert.ok(pair);
  inventory.startPayment(pair);
  inventory.sell(pair);
  inventory.release(pair);
  assert.equal(inventory.left, 0);
  assert.equal(inventory.sold, 1);
});
