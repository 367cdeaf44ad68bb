import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../simulation/clock.ts';
import { createVirtualClock } from '../../simulation/virtual-clock.ts';
import { CollectingReader } from './collecting-reader.ts';
import { startMetricCollection } from './collection.ts';

/** What the first point is stamped with. */
function endMillis(metrics: readonly ResourceMetrics[]): number {
  const [seconds, nanos] = metrics[0]!.scopeMetrics[0]!.metrics[0]!.dataPoints[0]!.endTime;
  return seconds * 1_000 + nanos / 1e6;
}

/** Collects every 10 s for 45 s, the third time when there is room again: the end times, in seconds. */
async function collectedAt(waitForRoom: (clock: Clock) => Promise<void>): Promise<number[]> {
  const clock = createVirtualClock(0);
  const reader = new CollectingReader();
  new MeterProvider({ readers: [reader] }).getMeter('test').createCounter('requests').add(1);
  const ends: number[] = [];
  let asked = 0;
  const collection = startMetricCollection({
    readers: [reader],
    clock,
    startedAt: 0,
    intervalMs: 10_000,
    room: async () => {
      if (++asked === 3) await waitForRoom(clock);
    },
    push: (metrics) => ends.push(endMillis(metrics) / 1_000),
  });
  await clock.sleep(45_000);
  await collection.stop();
  await collection.collect();
  return ends;
}

test('a collection without room is late, and those due meanwhile are left out', async () => {
  assert.deepEqual(await collectedAt(async () => {}), [10, 20, 30, 40, 45]);
  assert.deepEqual(await collectedAt((clock) => clock.sleep(3_000)), [10, 20, 33, 40, 45]);
  assert.deepEqual(await collectedAt((clock) => clock.sleep(12_000)), [10, 20, 42, 45]);
});

test('where time stands still until there is room, no collection is late', async () => {
  const outside = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(await collectedAt((clock) => clock.waitFor(outside())), [10, 20, 30, 40, 45]);
});

test('no two collections are of one second, though the last comes right after a regular one', async () => {
  const clock = createVirtualClock(0);
  const reader = new CollectingReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  meter.createObservableGauge('queue.size').addCallback((result) => result.observe(7));
  const ends: number[] = [];
  const collection = startMetricCollection({
    readers: [reader],
    clock,
    startedAt: 0,
    intervalMs: 10_000,
    room: async () => {},
    push: (metrics) => ends.push(endMillis(metrics)),
  });
  await clock.sleep(20_500);
  await collection.stop();
  await collection.collect();
  await collection.collect();
  assert.deepEqual(ends, [10_000, 20_000, 21_000, 22_000]);
});

test('collections are due at whole seconds, so that none is said to be later than it is', async () => {
  const clock = createVirtualClock(980);
  const reader = new CollectingReader();
  new MeterProvider({ readers: [reader] }).getMeter('test').createCounter('requests').add(1);
  const ends: number[] = [];
  const collection = startMetricCollection({
    readers: [reader],
    clock,
    startedAt: 980,
    intervalMs: 1_000,
    // Every other one is late.
    room: async () => void (ends.length % 2 === 1 && (await clock.sleep(300))),
    push: (metrics) => ends.push(endMillis(metrics)),
  });
  await clock.sleep(4_500);
  await collection.stop();
  assert.deepEqual(ends, [1_000, 2_300, 3_000, 4_300, 5_000]);
});
