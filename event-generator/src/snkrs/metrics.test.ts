import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './testing/simulate.ts';

test('each service counts and measures its own work, with few attributes', async () => {
  const { telemetry } = await simulate({
    phases: {
      preDrop: { seconds: 3, workers: 5 },
      dropLive: { seconds: 5, workers: 40 },
      postDrop: { seconds: 3, workers: 8 },
    },
  });
  const points = new Map<string, number>();
  const sums = new Map<string, number>();
  for (const { resourceMetrics } of await telemetry.collect()) {
    const service = resourceMetrics.resource.attributes['service.name'];
    for (const { metrics } of resourceMetrics.scopeMetrics) {
      for (const { descriptor, dataPoints } of metrics) {
        const key = `${service} ${descriptor.name} ${descriptor.unit}`;
        points.set(key, (points.get(key) ?? 0) + dataPoints.length);
        for (const { value } of dataPoints) {
          const sum = typeof value === 'number' ? value : (value.count ?? 0);
          sums.set(key, (sums.get(key) ?? 0) + sum);
        }
      }
    }
  }
  const requests = telemetry.spans.filter(
    ({ service, span }) => service === 'api-gateway' && span.parentSpanContext === undefined,
  );
  assert.equal(sums.get('api-gateway snkrs.requests {request}'), requests.length);
  assert.equal(sums.get('api-gateway http.server.request.duration s'), requests.length);
  const lookups = telemetry.spans.filter(
    ({ service, span }) => service === 'auth-service' && span.attributes['db.system.name'] !== undefined,
  );
  assert.equal(sums.get('auth-service db.client.operation.duration s'), lookups.length);
  assert.ok((sums.get('payment-service snkrs.payments {payment}') ?? 0) > 0);
  assert.ok((sums.get('api-gateway snkrs.errors {error}') ?? 0) > 0);
  assert.equal(points.get('inventory-service snkrs.inventory {pair}'), 10);
  assert.equal(points.get('notification-service snkrs.queue_depth {message}'), 2);
  assert.equal(points.get('api-gateway snkrs.workers {worker}'), 1);
  assert.equal(points.get('auth-service db.client.connection.count {connection}'), 14);
  for (const [key, count] of points) assert.ok(count < 400, `${key}: ${count} series`);
});
