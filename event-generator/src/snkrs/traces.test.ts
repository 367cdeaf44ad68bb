import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { millis } from './testing/recorded-telemetry.ts';
import { type Simulated, simulate } from './testing/simulate.ts';

const SHORT = {
  preDrop: { seconds: 5, workers: 5 },
  dropLive: { seconds: 15, workers: 40 },
  postDrop: { seconds: 10, workers: 8 },
};

describe('the traces of a drop', () => {
  let simulated: Simulated;
  const byId = new Map<string, { service: string; span: ReadableSpan }>();
  before(async () => {
    simulated = await simulate({ phases: SHORT, inventory: { min: 120, max: 120 } });
    for (const recorded of simulated.telemetry.spans) byId.set(recorded.span.spanContext().spanId, recorded);
  });

  test('every span ends, has its own id, and lies inside its parent', () => {
    assert.equal(simulated.telemetry.openSpans(), 0);
    assert.equal(byId.size, simulated.telemetry.spans.length);
    for (const { span } of simulated.telemetry.spans) {
      if (span.parentSpanContext === undefined) continue;
      const parent = byId.get(span.parentSpanContext.spanId)?.span;
      assert.ok(parent, `${span.name}: its parent is not there`);
      assert.equal(parent.spanContext().traceId, span.spanContext().traceId);
      assert.ok(millis(span.startTime) >= millis(parent.startTime), `${span.name} starts before ${parent.name}`);
      assert.ok(millis(span.endTime) <= millis(parent.endTime), `${span.name} ends after ${parent.name}`);
    }
  });

  test('roots are requests at the gateway, or batches linked to the spans that sent them', () => {
    let linked = 0;
    for (const { service, span } of simulated.telemetry.spans) {
      if (span.parentSpanContext !== undefined) continue;
      if (span.kind === SpanKind.SERVER) {
        assert.equal(service, 'api-gateway');
        continue;
      }
      assert.equal(span.kind, SpanKind.CONSUMER, span.name);
      assert.equal(span.links.length, span.attributes['messaging.batch.message_count']);
      for (const { context } of span.links) {
        const sender = byId.get(context.spanId)?.span;
        assert.equal(sender?.kind, SpanKind.PRODUCER);
        assert.equal(sender?.spanContext().traceId, context.traceId);
        assert.ok(millis(sender.startTime) < millis(span.startTime));
        linked++;
      }
    }
    assert.ok(linked > 500, `${linked} messages`);
  });

  test('every message is handled', () => {
    const senders = simulated.telemetry.spans.filter(({ span }) => span.kind === SpanKind.PRODUCER);
    const handled = new Set<string>();
    for (const { span } of simulated.telemetry.spans) for (const { context } of span.links) handled.add(context.spanId);
    assert.equal(handled.size, senders.length);
  });

  test('one service calls another through a CLIENT span here and a SERVER span there', () => {
    const calls = new Set<string>();
    for (const { service, span } of simulated.telemetry.spans) {
      const parent = byId.get(span.parentSpanContext?.spanId ?? '');
      if (parent === undefined) continue;
      if (parent.service === service) {
        assert.notEqual(span.kind, SpanKind.SERVER, `${span.name} is served by its own caller`);
        continue;
      }
      assert.deepEqual([parent.span.kind, span.kind], [SpanKind.CLIENT, SpanKind.SERVER]);
      calls.add(`${parent.service} -> ${service}`);
    }
    assert.deepEqual([...calls].sort(), [
      'api-gateway -> auth-service',
      'api-gateway -> draw-service',
      'api-gateway -> feed-service',
      'api-gateway -> inventory-service',
      'api-gateway -> notification-service',
      'api-gateway -> order-service',
      'api-gateway -> payment-service',
      'api-gateway -> product-service',
      'order-service -> notification-service',
      'payment-service -> fraud-detection',
      'product-service -> inventory-service',
    ]);
  });

  test("a failed span says why, with an exception; a 4xx is the caller's fault, not the server's", () => {
    const statuses = new Map<unknown, number>();
    for (const { span } of simulated.telemetry.spans) {
      const status = span.attributes['http.response.status_code'];
      if (span.kind === SpanKind.SERVER && typeof status === 'number') {
        assert.equal(span.status.code === SpanStatusCode.ERROR, status >= 500, `${span.name} ${status}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      if (span.status.code !== SpanStatusCode.ERROR) continue;
      assert.ok(span.status.message, span.name);
      assert.ok(span.attributes['error.type'], span.name);
      const [exception] = span.events.filter(({ name }) => name === 'exception');
      assert.equal(exception?.attributes?.['exception.message'], span.status.message);
      assert.match(String(exception?.attributes?.['exception.stacktrace']), /^\w+: .+\n {4}at /);
      assert.deepEqual(exception?.time, span.endTime);
    }
    for (const status of [200, 402, 403, 409, 410, 503, 504]) assert.ok(statuses.has(status), `no ${status}`);
  });

  test('every log but those of changes and counts belongs to a span of its service and was written while that was open', () => {
    const ofOperations = simulated.telemetry.logs.filter(
      ({ record }) => !/^snkrs\.(deployment|config|inventory)\./.test(record.eventName ?? ''),
    );
    for (const { service, record } of ofOperations) {
      const owner = byId.get(record.spanContext?.spanId ?? '');
      assert.ok(owner, String(record.body));
      assert.equal(owner.service, service);
      assert.equal(record.spanContext?.traceId, owner.span.spanContext().traceId);
      const at = millis(record.hrTime);
      assert.ok(at >= millis(owner.span.startTime) && at <= millis(owner.span.endTime), String(record.body));
      assert.match(record.eventName ?? '', /^snkrs\./);
    }
  });

  test('waiting for a connection is a span, and too long a wait an error', () => {
    const waits = simulated.telemetry.spans.filter(({ span }) => span.name === 'pool.acquire');
    const users = waits.filter(({ span }) => span.attributes['db.client.connection.pool.name'] === 'postgres-users');
    assert.ok(users.length > 20, `${users.length} waits`);
    const timedOut = users.filter(({ span }) => span.attributes['error.type'] === 'pool_timeout');
    assert.ok(timedOut.length > 0 && timedOut.length < users.length);
    for (const { span } of timedOut) assert.equal(Math.round(millis(span.duration)), 25);
  });

  test('a call over HTTP to somebody else has the status they answered, and none where they did not', () => {
    const codes = new Map<unknown, Set<unknown>>();
    for (const { span } of simulated.telemetry.spans) {
      if (span.kind !== SpanKind.CLIENT || span.attributes['url.full'] === undefined) continue;
      const outcome = span.attributes['error.type'] ?? 'ok';
      codes.set(outcome, (codes.get(outcome) ?? new Set()).add(span.attributes['http.response.status_code']));
    }
    assert.deepEqual(codes.get('ok'), new Set([200]));
    assert.deepEqual(codes.get('timeout'), new Set([undefined]));
  });

  test('a request carries who asked, for what and from where', () => {
    const entry = simulated.telemetry.spans.find(
      ({ span }) => span.name === 'POST /v1/draw/enter' && span.attributes['http.response.status_code'] === 200,
    )?.span;
    const { attributes } = entry ?? {};
    assert.deepEqual(Object.keys(attributes ?? {}).sort(), [
      'client.address',
      'geo.country.iso_code',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'server.address',
      'server.port',
      'session.id',
      'snkrs.drop.id',
      'snkrs.phase',
      'snkrs.user.tier',
      'url.path',
      'url.scheme',
      'user.id',
      'user_agent.original',
      'user_agent.os.name',
    ]);
    assert.equal(attributes?.['http.route'], '/v1/draw/enter');
    assert.equal(attributes?.['snkrs.drop.id'], 'drop-2026-06-01-0001');
  });
});

test('the same seed says the same, ids and times included; another one something else', async () => {
  const [once, again, other] = await Promise.all([fingerprint('red'), fingerprint('red'), fingerprint('blue')]);
  assert.equal(once, again);
  assert.notEqual(once, other);
});

async function fingerprint(seed: string): Promise<string> {
  const { telemetry } = await simulate({ phases: SHORT }, { seed });
  const hash = createHash('sha256');
  for (const { service, span } of telemetry.spans) {
    const { traceId, spanId } = span.spanContext();
    hash.update(JSON.stringify([service, span.name, traceId, spanId, span.startTime, span.endTime, span.attributes]));
  }
  for (const { record } of telemetry.logs) hash.update(JSON.stringify([record.hrTime, record.body, record.attributes]));
  return hash.digest('hex');
}

test('told to stop in the middle, it ends what is in flight within moments, every span ended', async () => {
  const { telemetry, endedAt, summaries } = await simulate({ cycles: 0, phases: SHORT }, { abortAt: 12_000 });
  assert.equal(telemetry.openSpans(), 0);
  assert.ok(endedAt >= 12_000 && endedAt < 14_000, `ended at ${endedAt} ms`);
  assert.ok(telemetry.spans.some(({ span }) => millis(span.startTime) > 0));
  assert.equal(summaries.length, 1);
});
