import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '../../mapping/statements.ts';
import { requestType } from '../otlp-schema.ts';
import { decodeJson } from './decode-json.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

/** What another protobuf reader would find in the result: 64-bit numbers as text, bytes as hex. */
function roundTrip(signal: Signal, json: string) {
  const { bytes, partial } = decodeJson(signal, Buffer.from(json));
  const type = requestType(signal);
  const object = type.toObject(type.decode(bytes), { longs: String, bytes: Array });
  const readable = JSON.parse(JSON.stringify(object), (key, value) =>
    /id$/i.test(key) && Array.isArray(value) ? Buffer.from(value).toString('hex') : value,
  );
  return { message: readable, partial };
}

const oneSpan = (span: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
const spanOf = (span: string) => roundTrip('traces', oneSpan(span)).message.resourceSpans[0].scopeSpans[0].spans[0];

test('reads ids in hex of either case, enumerations, times as text and as numbers', () => {
  const span = spanOf(
    `{"traceId":"${TRACE.toUpperCase()}","spanId":"${SPAN}","parentSpanId":"","name":"I'm a span","kind":2,
      "startTimeUnixNano":"1544712660000000001","endTimeUnixNano":1544712661000000001,"status":{"code":2,"message":"no"},"flags":257}`,
  );
  assert.deepEqual(span, {
    traceId: TRACE,
    spanId: SPAN,
    name: "I'm a span",
    kind: 2,
    startTimeUnixNano: '1544712660000000001',
    endTimeUnixNano: '1544712661000000001',
    status: { code: 2, message: 'no' },
    flags: 257,
  });
});

test('reads every kind of attribute value', () => {
  const { attributes } = spanOf(
    `{"attributes":[{"key":"s","value":{"stringValue":""}},{"key":"b","value":{"boolValue":false}},
      {"key":"i","value":{"intValue":"-9223372036854775808"}},{"key":"n","value":{"intValue":0}},
      {"key":"d","value":{"doubleValue":1e21}},{"key":"inf","value":{"doubleValue":"-Infinity"}},
      {"key":"a","value":{"arrayValue":{"values":[{"intValue":1},{"kvlistValue":{"values":[{"key":"x","value":{}}]}}]}}},
      {"key":"y","value":{"bytesValue":"AQID"}},{"key":"none"}]}`,
  );
  assert.deepEqual(
    attributes.map(({ key, value }: { key: string; value: unknown }) => [key, value]),
    [
      ['s', { stringValue: '' }],
      ['b', { boolValue: false }],
      ['i', { intValue: '-9223372036854775808' }],
      ['n', { intValue: '0' }],
      ['d', { doubleValue: 1e21 }],
      // toObject's numbers pass through JSON here, which has no infinity.
      ['inf', { doubleValue: null }],
      ['a', { arrayValue: { values: [{ intValue: '1' }, { kvlistValue: { values: [{ key: 'x', value: {} }] } }] } }],
      ['y', { bytesValue: [1, 2, 3] }],
      ['none', undefined],
    ],
  );
});

test('reads logs and metrics', () => {
  const logs = roundTrip(
    'logs',
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"observedTimeUnixNano":"7","severityNumber":9,"severityText":"INFO",
      "body":{"stringValue":"hello"},"traceId":"${TRACE}","spanId":"${SPAN}","eventName":"greeting"}]}]}]}`,
  );
  assert.deepEqual(logs.message.resourceLogs[0].scopeLogs[0].logRecords[0], {
    observedTimeUnixNano: '7',
    severityNumber: 9,
    severityText: 'INFO',
    body: { stringValue: 'hello' },
    traceId: TRACE,
    spanId: SPAN,
    eventName: 'greeting',
  });
  const metrics = roundTrip(
    'metrics',
    `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"h","unit":"s","histogram":{"aggregationTemporality":2,
      "dataPoints":[{"count":"18446744073709551615","sum":2.5,"bucketCounts":["1",2],"explicitBounds":[0.1]}]}}]}]}]}`,
  );
  assert.deepEqual(metrics.message.resourceMetrics[0].scopeMetrics[0].metrics[0], {
    name: 'h',
    unit: 's',
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [{ count: '18446744073709551615', sum: 2.5, bucketCounts: ['1', '2'], explicitBounds: [0.1] }],
    },
  });
});

test('ignores unknown fields, null and names in snake_case', () => {
  assert.deepEqual(spanOf('{"name":"a","later":{"x":[1]},"trace_state":"no","traceState":null}'), { name: 'a' });
  assert.deepEqual(roundTrip('traces', '{}').message, {});
});

test('puts U+FFFD in the place of half a character, so that what is stored is UTF-8', () => {
  const { bytes } = decodeJson('traces', Buffer.from(oneSpan('{"name":"a\\ud800b"}')));
  assert.ok(Buffer.from(bytes).includes(Buffer.from('a\ufffdb')));
});

test('takes a long number for no text and no id', () => {
  const { partial } = roundTrip(
    'traces',
    oneSpan('{"name":9007199254740993},{"spanId":9007199254740993},{"kind":[9007199254740993]}'),
  );
  assert.equal(partial?.rejected, 3);
  assert.match(partial?.errorMessage ?? '', /spans\[0\]\.name is \d+, expected a string$/);
  const value = spanOf(
    '{"startTimeUnixNano":9007199254740993,"attributes":[{"key":"d","value":{"doubleValue":1e22}}]}',
  );
  assert.equal(value.startTimeUnixNano, '9007199254740993');
});

test('takes no name of JavaScript for a field', () => {
  assert.deepEqual(spanOf('{"name":"a","constructor":{"x":1},"__proto__":[1],"toString":"x"}'), { name: 'a' });
});

test('leaves invalid items out by themselves and says how many and why', () => {
  const { message, partial } = roundTrip(
    'traces',
    oneSpan(
      '{"name":"good"},{"traceId":"xyz"},{"name":"also good"},{"spanId":"00"},{"startTimeUnixNano":"-1"},{"name":5}',
    ),
  );
  const names = message.resourceSpans[0].scopeSpans[0].spans.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, ['good', 'also good']);
  assert.deepEqual(partial, {
    rejected: 4,
    errorMessage: 'resourceSpans[0].scopeSpans[0].spans[1].traceId is "xyz", expected 32 hex digits',
  });
});

test('refuses what is no request as a whole', () => {
  const refused = (json: string | Buffer, message: RegExp) =>
    assert.throws(() => decodeJson('traces', Buffer.from(json)), { name: 'JsonError', message });
  refused('{"resourceSpans":', /^not JSON: /);
  refused('', /^not JSON: /);
  refused(Buffer.from([0x22, 0xff, 0x22]), /^not JSON: .*utf-8/);
  const deep = (levels: number) => {
    const value = `${'{"arrayValue":{"values":['.repeat(levels)}${']}}'.repeat(levels)}`;
    return `{"resourceSpans":[{"resource":{"attributes":[{"value":${value}}]}}]}`;
  };
  refused(deep(60), /is nested deeper than 100 levels$/);
  refused(deep(10_000), /is nested deeper than 100 levels$/);
  refused('[]', /^the request is an array, expected an object/);
  refused('{"resourceSpans":{}}', /^resourceSpans is an object, expected an array/);
  refused(
    '{"resourceSpans":[{"resource":"x"}]}',
    /^resourceSpans\[0\]\.resource is the string "x", expected an object/,
  );
  refused(
    '{"resourceSpans":[{"scopeSpans":[{"scope":{"name":1}}]}]}',
    /^resourceSpans\[0\]\.scopeSpans\[0\]\.scope\.name is 1, expected a string/,
  );
});
