import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import { dataPointsIn, type OtlpReceiver, startOtlpReceiver } from '../../test/otlp-receiver.ts';
import { fieldsOf, messagesAt, numberAt } from '../../test/protobuf.ts';
import { startTestTelemetry } from '../../test/telemetry.ts';
import type { Clock } from '../simulation/clock.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import type { Signal } from './signal.ts';
import { toHrTime } from './time.ts';

const START = Date.UTC(2020, 0, 1);

/** A clock that stands where it is put; sleep ends only when it is told to. */
function standingClock(): Clock & { at: number } {
  const clock = {
    at: START,
    now: () => clock.at,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true })),
    waitFor: <T>(outside: Promise<T>) => outside,
  };
  return clock;
}

/** A trace over two services, with a log record and three kinds of metric; what the receiver got. */
async function record(seed: string, idleMs = 0): Promise<OtlpReceiver> {
  await using receiver = await startOtlpReceiver();
  const clock = standingClock();
  await using run = await startTestTelemetry(receiver.endpoint, { clock, seed });
  const shop = run.telemetry.instance('shop', 1);
  const stock = run.telemetry.instance('stock', 0);

  const root = shop.tracer.startSpan('POST /checkout', { startTime: toHrTime(START + 250) }, ROOT_CONTEXT);
  const context = trace.setSpan(ROOT_CONTEXT, root);
  stock.tracer.startSpan('reserve', { startTime: toHrTime(START + 300) }, context).end(toHrTime(START + 400.5));
  const attributes = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, i]));
  root.setAttributes(attributes);
  for (let i = 0; i < 200; i++) root.addEvent('tick', toHrTime(START + 300));
  root.end(toHrTime(START + 500));
  shop.logger.emit({
    body: 'sold',
    severityNumber: SeverityNumber.INFO,
    context,
    timestamp: toHrTime(START + 500),
    observedTimestamp: toHrTime(START + 500),
  });
  shop.meter.createCounter('sales').add(1);
  shop.meter.createHistogram('wait').record(0.2);
  shop.meter.createGauge('pairs').record(12);
  clock.at = START + 60_000;
  await createRealClock().sleep(idleMs);
  await run.close();
  return receiver;
}

const bodies = (receiver: OtlpReceiver, signal: Signal) =>
  receiver.taken.filter((each) => each.signal === signal).map(({ body }) => body);
const text = (message: Buffer, ...path: number[]) => messagesAt(message, ...path).map(String);
const hex = (message: Buffer, field: number) => messagesAt(message, field)[0]?.toString('hex');
const nanos = (instant: number) => BigInt(Math.round(instant * 1000)) * 1000n;

suite('what is sent', () => {
  test('ids come from the seed: twice the same run, the same bytes of spans and logs', async () => {
    const [once, again, other] = [await record('9'), await record('9'), await record('10')];
    const spans = (receiver: OtlpReceiver) => bodies(receiver, 'traces').map(String);
    assert.equal(once.takenItems('traces'), 2);
    assert.deepEqual(spans(once), spans(again));
    assert.deepEqual(bodies(once, 'logs').map(String), bodies(again, 'logs').map(String));
    assert.notDeepEqual(spans(once), spans(other));
  });

  test('each service has its own resource, and the trace holds together over them', async () => {
    const receiver = await record('9');
    const [body] = bodies(receiver, 'traces');
    assert.ok(body);
    const resources = messagesAt(body, 1, 1).map((resource) =>
      Object.fromEntries(messagesAt(resource, 1).map((pair) => [text(pair, 1)[0], text(pair, 2, 1)[0]])),
    );
    assert.equal(resources.length, 2);
    const shop = resources.find((each) => each['service.name'] === 'shop');
    assert.deepEqual(shop, {
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.version': '3.1.0',
      'deployment.environment.name': 'playground',
      'k8s.pod.name': 'shop-b',
      'service.name': 'shop',
      'service.version': '1.2.3',
      'service.namespace': 'snkrs',
      'service.instance.id': 'shop-b',
      'snkrs.run.id': 'test-run',
    });
    const spans = messagesAt(body, 1, 2, 2);
    const root = spans.find((span) => text(span, 5)[0] === 'POST /checkout');
    const child = spans.find((span) => text(span, 5)[0] === 'reserve');
    assert.ok(root && child);
    assert.equal(hex(child, 1), hex(root, 1));
    assert.equal(hex(child, 4), hex(root, 2));
    const [log] = messagesAt(bodies(receiver, 'logs')[0] ?? Buffer.alloc(0), 1, 2, 2);
    assert.ok(log);
    assert.equal(hex(log, 9), hex(root, 1));
    assert.equal(hex(log, 10), hex(root, 2));
  });

  test('all times of what is simulated are the clock’s, and nothing is cut off', async () => {
    const receiver = await record('9');
    const spans = messagesAt(bodies(receiver, 'traces')[0] ?? Buffer.alloc(0), 1, 2, 2);
    const root = spans.find((span) => text(span, 5)[0] === 'POST /checkout');
    const child = spans.find((span) => text(span, 5)[0] === 'reserve');
    assert.ok(root && child);
    assert.equal(numberAt(root, 7), nanos(START + 250));
    assert.equal(numberAt(root, 8), nanos(START + 500));
    assert.equal(numberAt(child, 8), nanos(START + 400.5));
    assert.equal(messagesAt(root, 9).length, 200);
    assert.equal(messagesAt(root, 11).length, 200);
    const [log] = messagesAt(bodies(receiver, 'logs')[0] ?? Buffer.alloc(0), 1, 2, 2);
    assert.ok(log);
    assert.equal(numberAt(log, 1), nanos(START + 500));
    assert.equal(numberAt(log, 11), nanos(START + 500));
    const isOwn = (body: Buffer) => body.includes('event-generator-');
    const points = bodies(receiver, 'metrics')
      .filter((body) => !isOwn(body))
      .flatMap(dataPointsIn);
    assert.ok(points.length >= 3);
    for (const point of points) {
      assert.equal(numberAt(point, 2), nanos(START));
      assert.equal(numberAt(point, 3), nanos(START + 60_000));
    }
    // What it measures of itself happens now.
    const own = bodies(receiver, 'metrics').filter(isOwn).flatMap(dataPointsIn);
    assert.ok(own.length > 0);
    assert.ok(own.every((point) => numberAt(point, 3) > nanos(Date.now() - 60_000)));
  });

  test('the generator reports its own health as service event-generator', async () => {
    const receiver = await record('9', 50);
    const own = bodies(receiver, 'metrics').find((body) => body.includes('event-generator-'));
    assert.ok(own);
    const names = messagesAt(own, 1, 2, 2).flatMap((metric) => text(metric, 1));
    assert.deepEqual(names.sort(), [
      'nodejs.eventloop.delay.max',
      'nodejs.eventloop.delay.mean',
      'nodejs.eventloop.delay.p99',
      'otel.sdk.exporter.log.exported',
      'otel.sdk.exporter.log.inflight',
      'otel.sdk.exporter.metric_data_point.exported',
      'otel.sdk.exporter.metric_data_point.inflight',
      'otel.sdk.exporter.span.exported',
      'otel.sdk.exporter.span.inflight',
      'otel.sdk.processor.log.queue.capacity',
      'otel.sdk.processor.log.queue.size',
      'otel.sdk.processor.span.queue.capacity',
      'otel.sdk.processor.span.queue.size',
      'process.cpu.time',
      'process.memory.usage',
      'snkrs.generator.wait.time',
      'snkrs.generator.workers.waiting',
      'v8js.memory.heap.used',
    ]);
    assert.ok(fieldsOf(own).every(({ number }) => number === 1));
  });
});
