import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricAttributes } from '@opentelemetry/api';
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { CollectingReader } from './collecting-reader.ts';
import { Histograms } from './histograms.ts';

// The histogram of the SDK is the expectation: the same values, the same points, in the same order.

const SCOPE = { name: 'test', version: '1' };
const OPTIONS = { description: 'How long it took', unit: 's', boundaries: [0.1, 0.5, 1] };

test('has the points of an SDK histogram, collection after collection', async () => {
  const histograms = new Histograms(SCOPE);
  const reader = new CollectingReader([histograms]);
  const meter = new MeterProvider({ readers: [reader] }).getMeter(SCOPE.name, SCOPE.version);
  const { boundaries, ...described } = OPTIONS;
  const theirs = meter.createHistogram('took', { ...described, advice: { explicitBucketBoundaries: boundaries } });
  const ours = histograms.create('took', OPTIONS);
  const record = (value: number, attributes: MetricAttributes) => {
    theirs.record(value, attributes);
    ours.record(value, attributes);
  };
  const ok = { route: '/', status: 200 };
  const failed = { route: '/', status: 500 };
  for (const value of [0, 0.1, 0.10000001, 0.3, 0.5, 0.7, 1, 1.1, 60]) record(value, ok);
  record(0.2, failed);
  // Other objects that say the same.
  record(0.1, { status: 200, route: '/' });
  await assertSame(reader);
  record(0.3, ok);
  record(0.7, { status: 404 });
  await assertSame(reader);
  await assertSame(reader);
});

test('a histogram without values has no points', async () => {
  const histograms = new Histograms(SCOPE);
  histograms.create('took', OPTIONS);
  const { resourceMetrics } = await histograms.collect();
  assert.deepEqual(resourceMetrics.scopeMetrics, []);
});

async function assertSame(reader: CollectingReader): Promise<void> {
  const { resourceMetrics } = await reader.collect();
  const [theirs, ours] = resourceMetrics.scopeMetrics;
  assert.deepEqual(ours?.scope.name, theirs?.scope.name);
  assert.deepEqual(ours?.metrics.map(comparable), theirs?.metrics.map(comparable));
}

/** Without what is never sent, and the times, which the collection sets. */
function comparable({ descriptor: { name, description, unit }, dataPoints, ...metric }: MetricData) {
  return {
    ...metric,
    name,
    description,
    unit,
    points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
  };
}
