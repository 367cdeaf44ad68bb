// Long because of its tables: every kind of value in every place, against the official serializer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AnyValue,
  createTraceState,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { messagesAt } from '../../../test/protobuf.ts';
import { simulate } from '../../snkrs/testing/simulate.ts';
import { setKnownAttribute, setKnownAttributes } from '../known-attributes.ts';
import { CollectingReader } from '../metrics/collecting-reader.ts';
import { createSpanProcessor } from '../processors.ts';
import { splitBatch } from './batch.ts';
import { writeLogRecord } from './log-records.ts';
import { createMetricRequests } from './metrics.ts';
import { RequestWriter } from './request-writer.ts';
import { writeSpan } from './spans.ts';

// What the official serializer makes of the same items is the expectation, to the byte.

const VALUES: Record<string, AnyValue> = {
  empty: '',
  text: 'GET /v1/products/{id}',
  'not ASCII': 'Größe 42½ – エア',
  'half a pair': 'broken \ud83d here',
  'at the length byte': 'x'.repeat(127),
  'over the length byte': 'x'.repeat(128),
  long: 'é'.repeat(20_000),
  zero: 0,
  'minus zero': -0,
  small: 127,
  larger: 128,
  'over 31 bits': 2 ** 31,
  'over 32 bits': 2 ** 32 + 5,
  largest: Number.MAX_SAFE_INTEGER,
  huge: 2 ** 62,
  'too large for an integer': 2 ** 63,
  negative: -1,
  'very negative': -(2 ** 63),
  fraction: 0.1,
  'not a number': Number.NaN,
  infinite: Number.POSITIVE_INFINITY,
  yes: true,
  no: false,
  bytes: new Uint8Array([0, 127, 128, 255]),
  'many bytes': new Uint8Array(300).fill(7),
  array: ['a', 1, false, null, [], ['nested']],
  map: { a: 1, deep: { deeper: ['x'] }, nothing: undefined },
  none: undefined,
  null: null,
};

const scope = { name: 'checkout', version: '1.2.3', schemaUrl: 'https://opentelemetry.io/schemas/1.30.0' };
const resource = resourceFromAttributes(
  { 'service.name': 'shop', 'service.version': '1' },
  { schemaUrl: scope.schemaUrl },
);
const other = resourceFromAttributes({});
const context = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};

const span = {
  name: 'buy',
  kind: SpanKind.SERVER,
  spanContext: () => context,
  startTime: [1_780_308_000, 999_999_999],
  endTime: [1_780_308_001, 0],
  status: { code: SpanStatusCode.UNSET },
  attributes: {},
  links: [],
  events: [],
  duration: [0, 1],
  ended: true,
  resource,
  instrumentationScope: scope,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
} satisfies ReadableSpan;

const record = {
  hrTime: [0, 0],
  hrTimeObserved: [4_294_967_296, 1],
  attributes: {},
  droppedAttributesCount: 0,
  resource,
  instrumentationScope: scope,
} satisfies ReadableLogRecord;

function serializeSpans(spans: readonly ReadableSpan[]): Uint8Array {
  return batchOf(spans).body;
}

function batchOf(spans: readonly ReadableSpan[]) {
  const writer = new RequestWriter(writeSpan);
  for (const each of spans) writer.add(each);
  return writer.cut();
}

function serializeLogRecords(records: readonly ReadableLogRecord[]): Uint8Array {
  const writer = new RequestWriter(writeLogRecord);
  for (const each of records) writer.add(each);
  return writer.cut().body;
}

function assertSpans(spans: readonly ReadableSpan[]): void {
  // It only reads them; its type just does not say so.
  const expected = ProtobufTraceSerializer.serializeRequest(spans as ReadableSpan[]);
  assert.ok(Buffer.from(serializeSpans(spans)).equals(expected!), 'other bytes than the official ones');
}

function assertRecords(records: readonly ReadableLogRecord[]): void {
  const expected = ProtobufLogsSerializer.serializeRequest(records as ReadableLogRecord[]);
  assert.ok(Buffer.from(serializeLogRecords(records)).equals(expected!), 'other bytes than the official ones');
}

test('every span and log record of a drop', async () => {
  const { telemetry } = await simulate({
    load: 0.2,
    phases: {
      preDrop: { seconds: 2, workers: 5 },
      dropLive: { seconds: 8, workers: 40 },
      postDrop: { seconds: 8, workers: 8 },
    },
    inventory: { min: 20, max: 20 },
  });
  const spans = telemetry.spans.map((recorded) => recorded.span);
  assert.ok(spans.length > 1_000 && spans.some(({ links }) => links.length > 0), `${spans.length} spans`);
  assertSpans(spans);
  assertRecords(telemetry.logs.map((recorded) => recorded.record));
});

for (const [what, value] of Object.entries(VALUES)) {
  test(`an attribute and a body: ${what}`, () => {
    assertSpans([{ ...span, attributes: { [what]: value, after: 1 } }]);
    assertRecords([{ ...record, attributes: { [what]: value }, body: value }]);
  });
}

test('a span with all that a span can have, and one with nothing', () => {
  const traceState = createTraceState('vendor=1,other=2');
  assertSpans([
    {
      ...span,
      name: 'Größe',
      spanContext: () => ({ ...context, traceState }),
      parentSpanContext: { ...context, spanId: '00f067aa0ba902b7', isRemote: true },
      status: { code: SpanStatusCode.ERROR, message: 'sold out' },
      events: [
        { name: 'exception', time: [1_780_308_000, 5], attributes: VALUES, droppedAttributesCount: 300 },
        { name: 'bare', time: [1_780_308_000, 5] },
      ],
      links: [
        { context: { ...context, traceState, isRemote: true }, attributes: { a: 1 }, droppedAttributesCount: 1 },
        { context: { ...context, traceFlags: TraceFlags.NONE } },
      ],
      droppedAttributesCount: 1,
      droppedEventsCount: 128,
      droppedLinksCount: 70_000,
    },
    { ...span, name: '', kind: SpanKind.INTERNAL, startTime: [0, 0], endTime: [0, 0] },
  ]);
});

test('a log record with all that a record can have', () => {
  assertRecords([
    {
      ...record,
      severityNumber: SeverityNumber.ERROR,
      severityText: 'ERROR',
      eventName: 'snkrs.failed',
      spanContext: context,
      droppedAttributesCount: 2,
    },
    { ...record, severityNumber: SeverityNumber.UNSPECIFIED, severityText: '' },
  ]);
});

test('items of several resources and scopes, mixed', () => {
  const spans = [
    span,
    { ...span, resource: other },
    { ...span, instrumentationScope: { name: 'cart' } },
    { ...span, name: 'later' },
  ];
  assertSpans(spans);
  assertRecords([record, { ...record, resource: other }, { ...record, instrumentationScope: { name: '' } }, record]);
});

test('no items', () => {
  assertSpans([]);
  assertRecords([]);
});

test('one batch after the other, of the same writer', () => {
  const writer = new RequestWriter(writeSpan);
  const spans = [span, { ...span, resource: other }, { ...span, name: 'x'.repeat(200) }];
  for (const each of spans) writer.add(each);
  const first = writer.cut();
  assert.equal(writer.count, 0);
  writer.add({ ...span, name: 'second', resource: other });
  const second = writer.cut();
  assert.deepEqual(first.body, serializeSpans(spans));
  assert.deepEqual(second.body, serializeSpans([{ ...span, name: 'second', resource: other }]));
});

test('a batch divided in two, wherever the middle is', () => {
  const named = (name: string, more: Partial<ReadableSpan> = {}) => ({ ...span, name, ...more });
  const cart = { name: 'cart' };
  const spans = [
    named('a'),
    named('b'.repeat(200)),
    named('c', { instrumentationScope: cart }),
    named('d', { resource: other }),
    named('e', { resource: other }),
  ];
  const halves = splitBatch(batchOf(spans)) ?? [];
  assert.deepEqual(
    halves.map(({ body }) => body),
    [serializeSpans(spans.slice(0, 2)), serializeSpans(spans.slice(2))],
  );
  assert.deepEqual(
    halves.map(({ items }) => Object.fromEntries(items)),
    [{ shop: 2 }, { shop: 1, undefined: 2 }],
  );
  const quarters = splitBatch(halves[1]!) ?? [];
  assert.deepEqual(
    quarters.map(({ body }) => body),
    [serializeSpans(spans.slice(2, 3)), serializeSpans(spans.slice(3))],
  );
  const eighths = splitBatch(quarters[1]!) ?? [];
  assert.deepEqual(
    eighths.map(({ body }) => body),
    [serializeSpans(spans.slice(3, 4)), serializeSpans(spans.slice(4))],
  );
  assert.equal(splitBatch(eighths[0]!), undefined);
});

test('the metrics of several resources: one request a service', async () => {
  const metricsOf = async (service: string, points: number): Promise<ResourceMetrics> => {
    const reader = new CollectingReader();
    const counter = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': service }),
      readers: [reader],
    })
      .getMeter('test')
      .createCounter('sales');
    for (let i = 0; i < points; i++) counter.add(1, { i });
    return (await reader.collect()).resourceMetrics;
  };
  const [first, other, second] = [await metricsOf('shop', 2), await metricsOf('stock', 1), await metricsOf('shop', 3)];
  const requests = createMetricRequests([first, other, second]);
  assert.deepEqual(
    requests.map(({ items }) => [...items]),
    [[['shop', 5]], [['stock', 1]]],
  );
  const official = (metrics: ResourceMetrics) => ProtobufMetricsSerializer.serializeRequest(metrics)!;
  assert.deepEqual(requests[0]?.body, Buffer.concat([official(first), official(second)]));
  assert.deepEqual(requests[1]?.body, Buffer.from(official(other)));
  assert.equal(messagesAt(Buffer.from(requests[0]!.body), 1).length, 2);
});

test('spans that begin with the same attributes, and one in which one of them was set anew', () => {
  const ended: ReadableSpan[] = [];
  const tracer = new TracerProvider({ spanProcessors: [createSpanProcessor((span) => ended.push(span))] }).getTracer(
    't',
  );
  const known = { 'db.system.name': 'redis', 'server.port': 6379, cached: true, keys: ['a', 'b'] };
  for (let i = 0; i < 3; i++) {
    const span = tracer.startSpan('get');
    setKnownAttributes(span, known);
    setKnownAttribute(span, 'i', i);
    if (i === 1) setKnownAttribute(span, 'server.port', 6380);
    setKnownAttributes(span, { later: 'x' });
    span.end();
  }
  const late = tracer.startSpan('late').setAttribute('first', 1);
  setKnownAttributes(late, known);
  late.end();
  assertSpans(ended);
  assert.equal(ended[1]?.attributes['server.port'], 6380);
});
