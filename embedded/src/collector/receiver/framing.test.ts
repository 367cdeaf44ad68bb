import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequest, spans, traceBody } from '../../../test/otlp-bodies.ts';
import { countItems, FramingError } from './framing.ts';

const attribute = { key: 'k', value: { stringValue: 'v' } };
const refusal = (pattern: RegExp) => (error: unknown) => error instanceof FramingError && pattern.test(error.message);

/** A request around one span that is given by its bytes. */
function aroundSpan(span: readonly number[]): Buffer {
  const wrap = (tag: number, content: readonly number[]) => [tag, content.length, ...content];
  return Buffer.from(wrap(0x0a, wrap(0x12, wrap(0x12, span))));
}

test('counts spans over resources and scopes', () => {
  const body = Buffer.concat([spans(3, 'a'), spans(4, 'b')]);
  assert.equal(countItems('traces', body), 7);
  assert.equal(countItems('traces', Buffer.alloc(0)), 0);
});

test('counts log records', () => {
  const logRecords = [{ body: { stringValue: 'one' }, attributes: [attribute] }, { traceId: Buffer.alloc(16, 1) }];
  assert.equal(countItems('logs', encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })), 2);
});

test('counts the data points of all five kinds of metrics, not the metrics', () => {
  const point = { attributes: [attribute], timeUnixNano: '1' };
  const metrics = [
    { name: 'a', gauge: { dataPoints: [{ ...point, asInt: '1' }, point] } },
    { name: 'b', sum: { dataPoints: [{ ...point, asDouble: 0.5 }], isMonotonic: true } },
    { name: 'c', histogram: { dataPoints: [{ ...point, bucketCounts: ['1', '2'], explicitBounds: [1.5] }] } },
    { name: 'd', exponentialHistogram: { dataPoints: [{ ...point, positive: { bucketCounts: ['300', '2'] } }] } },
    { name: 'e', summary: { dataPoints: [{ ...point, quantileValues: [{ quantile: 0.5, value: 2 }] }] } },
    { name: 'no data' },
  ];
  const body = encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  assert.equal(countItems('metrics', body), 6);
});

test('refuses every cut of a body but those between whole resources', () => {
  const body = traceBody([{ name: 'cut me' }]);
  for (let length = 1; length < body.length; length++) {
    assert.throws(() => countItems('traces', body.subarray(0, length)), FramingError, `${length} bytes`);
  }
});

test('refuses the request of another signal', () => {
  const logs = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1' }] }] }] });
  assert.throws(() => countItems('traces', logs), refusal(/field 1 with wire type 1 .*ExportTraceServiceRequest/));
  assert.throws(() => countItems('logs', spans(1, 'a')), refusal(/field 1 with wire type 2/));
  assert.throws(() => countItems('metrics', spans(1, 'a')), FramingError);
});

test('refuses texts', () => {
  assert.throws(() => countItems('traces', Buffer.from('{"resourceSpans":[]}')), refusal(/unknown field 15/));
  assert.throws(() => countItems('logs', Buffer.from('hello')), refusal(/unknown field 13/));
});

test('refuses ids of a wrong length and takes absent ones', () => {
  assert.equal(countItems('traces', aroundSpan([0x0a, 0x00, 0x12, 0x00])), 1);
  assert.throws(() => countItems('traces', aroundSpan([0x0a, 0x01, 0xff])), refusal(/an id of 1 bytes instead of 16/));
  assert.throws(() => countItems('traces', aroundSpan([0x12, 0x02, 1, 2])), refusal(/an id of 2 bytes instead of 8/));
  const logRecords = [{ spanId: Buffer.alloc(16) }];
  const logs = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  assert.throws(() => countItems('logs', logs), refusal(/an id of 16 bytes instead of 8/));
});

test('refuses lengths that do not fit inside an attribute, in the plain form and in others', () => {
  // KeyValue { key: "k", value: { string_value: "v" } }, then the same with each length made wrong.
  const keyValue = [0x0a, 0x01, 0x6b, 0x12, 0x03, 0x0a, 0x01, 0x76];
  assert.equal(countItems('traces', aroundSpan([0x4a, 8, ...keyValue])), 1);
  for (const at of [1, 4, 6]) {
    const broken = keyValue.with(at, keyValue[at]! + 1);
    assert.throws(() => countItems('traces', aroundSpan([0x4a, 8, ...broken])), FramingError, `length at ${at}`);
  }
  // An array whose element claims 100 TiB.
  const array = [0x12, 11, 0x2a, 9, 0x0a, 7, 0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x19];
  assert.throws(() => countItems('traces', aroundSpan([0x4a, array.length, ...array])), refusal(/above 32 bits/));
});

test('refuses two cases of one value, which ClickHouse does not read', () => {
  const key = [0x0a, 1, 0x6b];
  const around = (...value: number[]) => aroundSpan([0x4a, value.length, ...value]);
  // string_value "t" and int_value 7 in one AnyValue; then in two, which a parser merges.
  assert.throws(() => countItems('traces', around(...key, 0x12, 5, 0x0a, 1, 0x74, 0x18, 7)), refusal(/a second value/));
  const twice = [...key, 0x12, 3, 0x0a, 1, 0x74, 0x12, 2, 0x18, 7];
  assert.throws(() => countItems('traces', around(...twice)), refusal(/a second value/));

  const metrics = (metric: object) =>
    encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] });
  const two = Buffer.from(metrics({ gauge: { dataPoints: [{ asInt: 7, timeUnixNano: 1 }] } }));
  // as_int (field 6) becomes as_double (field 4) where the time (field 3) was, so that the point has both.
  two[two.indexOf(0x19)] = 0x21;
  assert.throws(() => countItems('metrics', two), refusal(/a second value/));
});

test('refuses a bool that is neither 0 nor 1, which ClickHouse does not read', () => {
  const flag = (value: number) => aroundSpan([0x4a, 7, 0x0a, 1, 0x6b, 0x12, 2, 0x10, value]);
  assert.equal(countItems('traces', flag(0)), 1);
  assert.equal(countItems('traces', flag(1)), 1);
  assert.throws(() => countItems('traces', flag(2)), refusal(/a bool that is neither 0 nor 1/));
});

test('refuses a number of more than 64 bits, and one that is padded to ten bytes', () => {
  // The span's kind: -1, as protobuf writes it, and 1 behind eight bytes of zeros.
  const kind = (last: number) => aroundSpan([0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, last]);
  assert.equal(countItems('traces', kind(1)), 1);
  for (const last of [0, 2, 0x7f]) assert.throws(() => countItems('traces', kind(last)), refusal(/too long/));
});

test('refuses a number above 32 bits where there are no more, and takes a negative one', () => {
  const kind = (...value: number[]) => aroundSpan([0x30, ...value]);
  const max = [0xff, 0xff, 0xff, 0xff];
  assert.equal(countItems('traces', kind(...max, 0x07)), 1);
  assert.equal(countItems('traces', kind(0x80, 0x80, 0x80, 0x80, 0xf8, 0xff, 0xff, 0xff, 0xff, 1)), 1);
  assert.throws(() => countItems('traces', kind(...max, 0x08)), refusal(/above 32 bits/));
  assert.throws(() => countItems('traces', kind(...max, 0xff, 0x7f)), refusal(/above 32 bits/));
  assert.throws(() => countItems('traces', kind(...max, 0xff, 0xff, 0xff, 0xff, 0x7f)), refusal(/above 32 bits/));
});

test('refuses a field given twice, of which ClickHouse would store neither', () => {
  const name = [0x2a, 1, 0x61];
  assert.equal(countItems('traces', aroundSpan(name)), 1);
  assert.throws(() => countItems('traces', aroundSpan([...name, ...name])), refusal(/a second value in field 5/));
  const status = [0x7a, 2, 0x18, 2];
  assert.equal(countItems('traces', aroundSpan(status)), 1);
  assert.throws(() => countItems('traces', aroundSpan([...status, ...status])), refusal(/a second value in field 15/));
});

test('refuses a packed list of numbers that is cut off', () => {
  const point = { timeUnixNano: '1', bucketCounts: ['1', '2'], explicitBounds: [1.5] };
  const histogram = (dataPoint: object) =>
    encodeRequest('metrics', {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ histogram: { dataPoints: [dataPoint] } }] }] }],
    });
  const whole = histogram(point);
  assert.equal(countItems('metrics', whole), 1);
  // The list's length of 16 becomes 12, the 4 bytes behind it a field of their own.
  const list = whole.indexOf(Buffer.from([0x32, 16]));
  const cut = Buffer.from(whole);
  cut[list + 1] = 10;
  cut.set([0x98, 6, 1, 0x98, 6, 1], list + 12);
  assert.throws(() => countItems('metrics', cut), refusal(/a list of 10 bytes in numbers of 8/));
  const exponential = { positive: { bucketCounts: ['300'] } };
  const request = {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ exponentialHistogram: { dataPoints: [exponential] } }] }] }],
  };
  const varints = encodeRequest('metrics', request);
  assert.equal(countItems('metrics', varints), 1);
  // The list of two bytes becomes empty; what was in it is not reached.
  const empty = Buffer.from(varints);
  empty.set([0], empty.length - 3);
  assert.throws(() => countItems('metrics', empty), refusal(/an empty packed list/));
  varints[varints.length - 1] = 0xff;
  assert.throws(() => countItems('metrics', varints), refusal(/cut off/));
});

test('skips fields that OTLP may add later, inside messages', () => {
  // Field 99: a varint, 8 bytes, a length-delimited one, 4 bytes.
  const later = [0x98, 6, 1, 0x99, 6, 1, 2, 3, 4, 5, 6, 7, 8, 0x9a, 6, 1, 0xff, 0x9d, 6, 1, 2, 3, 4];
  assert.equal(countItems('traces', aroundSpan(later)), 1);
  assert.throws(() => countItems('traces', aroundSpan([0x9b, 6])), refusal(/wire type 3/));
  assert.throws(() => countItems('traces', aroundSpan([0x9d, 6, 1, 2, 3])), refusal(/cut off/));
});

test('refuses nesting that would exhaust a parser', () => {
  // AnyValue { array_value: ArrayValue { values: [ … ] } }, 30 and 60 times around each other.
  const nested = (times: number) => {
    let value: Buffer = Buffer.alloc(0);
    for (let i = 0; i < times; i++) value = delimited(0x2a, delimited(0x0a, value));
    return delimited(0x0a, delimited(0x12, delimited(0x12, delimited(0x2a, value))));
  };
  assert.equal(countItems('logs', nested(30)), 1);
  assert.throws(() => countItems('logs', nested(60)), refusal(/more than 100 nested messages/));
});

/** A length-delimited field, of up to 16 KiB. */
function delimited(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, (content.length & 0x7f) | 0x80, content.length >> 7]), content]);
}
