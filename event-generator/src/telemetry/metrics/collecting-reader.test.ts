import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { CollectingReader } from './collecting-reader.ts';

test('a gauge is what is observed now, a counter all that was counted', async () => {
  const reader = new CollectingReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  let phase = 'PRE_DROP';
  const counter = meter.createCounter('requests');
  meter.createObservableGauge('workers').addCallback((result) => result.observe(5, { phase }));
  counter.add(1);
  await reader.collect();
  phase = 'DROP_LIVE';
  counter.add(1);
  const { resourceMetrics } = await reader.collect();
  const points = resourceMetrics.scopeMetrics[0]?.metrics.flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ attributes, value }) => [descriptor.name, attributes.phase, value]),
  );
  assert.deepEqual(points, [
    ['requests', undefined, 2],
    ['workers', 'DROP_LIVE', 5],
  ]);
});
