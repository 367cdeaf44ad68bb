// Long because it is one table of literals: whole rows as the exporter writes them, and every kind of value in every place.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Contract,
  EVERY_KIND,
  EVERY_KIND_STORED,
  KINDS_OF_FORM,
  START,
  startContract,
} from '../../../test/mapping-contract.ts';
import { encodeRequest } from '../../../test/otlp-bodies.ts';
import { insertStatements } from './statements.ts';

const statement = insertStatements('traces')[0]!;
let contract: Contract;
before(async () => {
  contract = await startContract();
});
after(() => contract.stop());

const TRACE_ID = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
const SPAN_ID = Buffer.from('a1a2a3a4a5a6a7a8', 'hex');

const request = (...spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const string = (key: string, value: string) => ({ key, value: { stringValue: value } });
const named = (name: string, traceId = TRACE_ID) => request({ name, traceId, startTimeUnixNano: START });
const stored = (expression: string) => contract.column(`SELECT ${expression} FROM otel.otel_traces ORDER BY SpanName`);

/** What attributes of these values are stored as. */
async function textsOf(values: readonly object[]): Promise<unknown> {
  const attributes = values.map((value, index) => ({ key: `${index}`, value }));
  await contract.store('traces', request({ attributes, startTimeUnixNano: START }));
  return (await stored('mapValues(mapSort((k, v) -> toUInt8(k), SpanAttributes))'))[0];
}

test('a span with everything becomes one row', async () => {
  await contract.store('traces', {
    resourceSpans: [
      {
        resource: {
          attributes: [string('service.name', 'shop'), string('host.name', 'h1')],
          droppedAttributesCount: 1,
        },
        schemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
        scopeSpans: [
          {
            scope: { name: 'lib', version: '1.2', attributes: [string('not', 'stored')] },
            schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
            spans: [
              {
                traceId: TRACE_ID,
                spanId: SPAN_ID,
                parentSpanId: Buffer.from('b1b2b3b4b5b6b7b8', 'hex'),
                traceState: 'a=b',
                flags: 257,
                name: 'GET /',
                kind: 2,
                startTimeUnixNano: '2000000000123456789',
                endTimeUnixNano: '2000000001123456790',
                attributes: [string('k', 'v')],
                droppedAttributesCount: 2,
                events: [
                  { timeUnixNano: '2000000000500000001', name: 'exception', attributes: [string('e', '1')] },
                  { name: 'bare' },
                ],
                links: [
                  {
                    traceId: Buffer.alloc(16, 0xc1),
                    spanId: Buffer.alloc(8, 0xd1),
                    traceState: 'c=d',
                    attributes: [string('l', '2')],
                    flags: 1,
                  },
                  {},
                ],
                status: { code: 2, message: 'broken' },
              },
            ],
          },
        ],
      },
    ],
  });
  assert.deepEqual(await contract.rows('otel.otel_traces'), [
    {
      Timestamp: '2033-05-18 03:33:20.123456789',
      TraceId: '0102030405060708090a0b0c0d0e0f10',
      SpanId: 'a1a2a3a4a5a6a7a8',
      ParentSpanId: 'b1b2b3b4b5b6b7b8',
      TraceState: 'a=b',
      SpanName: 'GET /',
      SpanKind: 'Server',
      ServiceName: 'shop',
      ResourceAttributes: { 'service.name': 'shop', 'host.name': 'h1' },
      ScopeName: 'lib',
      ScopeVersion: '1.2',
      SpanAttributes: { k: 'v' },
      Duration: '1000000001',
      StatusCode: 'Error',
      StatusMessage: 'broken',
      'Events.Timestamp': ['2033-05-18 03:33:20.500000001', '1970-01-01 00:00:00.000000000'],
      'Events.Name': ['exception', 'bare'],
      'Events.Attributes': [{ e: '1' }, {}],
      'Links.TraceId': ['c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1', ''],
      'Links.SpanId': ['d1d1d1d1d1d1d1d1', ''],
      'Links.TraceState': ['c=d', ''],
      'Links.Attributes': [{ l: '2' }, {}],
    },
  ]);
});

test('a span with nothing in it becomes a row too', async () => {
  await contract.store('traces', request({ startTimeUnixNano: START }));
  assert.deepEqual(await contract.rows('otel.otel_traces'), [
    {
      Timestamp: '2033-05-18 03:33:20.000000000',
      TraceId: '',
      SpanId: '',
      ParentSpanId: '',
      TraceState: '',
      SpanName: '',
      SpanKind: 'Unspecified',
      ServiceName: '',
      ResourceAttributes: {},
      ScopeName: '',
      ScopeVersion: '',
      SpanAttributes: {},
      // The end is absent, that is 0, and the difference of unsigned numbers goes round.
      Duration: '16446744073709551616',
      StatusCode: 'Unset',
      StatusMessage: '',
      'Events.Timestamp': [],
      'Events.Name': [],
      'Events.Attributes': [],
      'Links.TraceId': [],
      'Links.SpanId': [],
      'Links.TraceState': [],
      'Links.Attributes': [],
    },
  ]);
});

test('attributes of every kind, wherever a span has some', async () => {
  const attributes = EVERY_KIND;
  await contract.store('traces', {
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            spans: [
              {
                startTimeUnixNano: START,
                attributes,
                events: [{ attributes }, {}],
                links: [{ attributes }, { attributes }],
              },
            ],
          },
        ],
      },
    ],
  });
  const [row] = await contract.rows('otel.otel_traces');
  assert.deepEqual(row?.ResourceAttributes, EVERY_KIND_STORED);
  assert.deepEqual(row?.SpanAttributes, EVERY_KIND_STORED);
  assert.deepEqual(row?.['Events.Attributes'], [EVERY_KIND_STORED, {}]);
  assert.deepEqual(row?.['Links.Attributes'], [EVERY_KIND_STORED, EVERY_KIND_STORED]);
});

test('numbers have the shortest digits, and an exponent where Go writes one', async () => {
  const numbers: [number, string][] = [
    [10, '10'],
    [-0, '-0'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [1.5e-10, '1.5e-10'],
    [5e-324, '5e-324'],
    [100000000000000000000, '100000000000000000000'],
    [1e21, '1e+21'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
    [0.1 + 0.2, '0.30000000000000004'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ];
  assert.deepEqual(
    await textsOf(numbers.map(([doubleValue]) => ({ doubleValue }))),
    numbers.map(([, text]) => text),
  );
});

test('arrays and maps are JSON as Go writes it', async () => {
  const array = (...values: object[]) => ({ arrayValue: { values } });
  const map = (...entries: [string, object][]) => ({
    kvlistValue: { values: entries.map(([key, value]) => ({ key, value })) },
  });
  const int = (intValue: number) => ({ intValue });
  const double = (doubleValue: number) => ({ doubleValue });
  const text = { stringValue: '/<&>\u2028\u0000\b\u001b\n\t"\\u001B\u007fé' };
  const cases: [object, string][] = [
    [array(text), '["/<&>\\u2028\\u0000\\b\\u001b\\n\\t\\"\\\\u001B\u007fé"]'],
    [map(['k"</', text]), '{"k\\"</":"/<&>\\u2028\\u0000\\b\\u001b\\n\\t\\"\\\\u001B\u007fé"}'],
    [array(double(1e21), double(-0), double(1e-7), int(0)), '[1e+21,-0,1e-7,0]'],
    [array({ stringValue: '' }, { bytesValue: Buffer.alloc(0) }, {}), '["",null,null]'],
    [map(['b', int(1)], ['a', int(2)], ['B', {}], ['10', {}], ['9', {}]), '{"10":null,"9":null,"B":null,"a":2,"b":1}'],
    [map(['a', int(1)], ['b', {}], ['a', int(3)]), '{"a":3,"b":null}'],
    [array(map(['z', array(int(1))], ['y', map(['x', {}])]), array(), map()), '[{"y":{"x":null},"z":[1]},[],{}]'],
    [array(array(array(array(int(1))))), '[[[[1]]]]'],
    [array(array(array(array(array(int(1)))))), '[[[["nested too deep"]]]]'],
    // There is no JSON for these: the exporter leaves the text empty.
    [array(int(1), double(Number.NaN)), ''],
    [map(['a', array(double(Number.POSITIVE_INFINITY))]), ''],
  ];
  assert.deepEqual(
    await textsOf(cases.map(([value]) => value)),
    cases.map(([, json]) => json),
  );
});

test('a repeated key is kept, and the first service.name counts', async () => {
  const attributes = [string('service.name', 'one'), string('service.name', 'two')];
  await contract.store('traces', {
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [{ startTimeUnixNano: START }] }] }],
  });
  assert.deepEqual(await stored('mapValues(ResourceAttributes)'), [['one', 'two']]);
  assert.deepEqual(await stored('ServiceName'), ['one']);
});

test('a service.name that is no text is stored as text', async () => {
  const attributes = [{ key: 'service.name', value: { intValue: 5 } }];
  await contract.store('traces', {
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [{ startTimeUnixNano: START }] }] }],
  });
  assert.deepEqual(await stored('ServiceName'), ['5']);
});

test('kinds and status codes by name, unknown ones as empty text', async () => {
  const kinds = [0, 1, 2, 3, 4, 5, 6, -1];
  await contract.store(
    'traces',
    request(...kinds.map((kind, index) => ({ name: `${index}`, kind, startTimeUnixNano: START }))),
  );
  assert.deepEqual(await stored('SpanKind'), [
    'Unspecified',
    'Internal',
    'Server',
    'Client',
    'Producer',
    'Consumer',
    '',
    '',
  ]);
  const codes = [0, 1, 2, 3];
  await contract.store(
    'traces',
    request(...codes.map((code, index) => ({ name: `${index}`, status: { code }, startTimeUnixNano: START }))),
  );
  assert.deepEqual(await stored('StatusCode'), ['Unset', 'Ok', 'Error', '']);
});

test('ids of zeros are no ids', async () => {
  await contract.store(
    'traces',
    request({
      traceId: Buffer.alloc(16),
      spanId: Buffer.alloc(8),
      parentSpanId: Buffer.alloc(8),
      startTimeUnixNano: START,
    }),
  );
  assert.deepEqual(await stored('(TraceId, SpanId, ParentSpanId)'), [['', '', '']]);
});

test('spans find their own resource and scope in requests that follow one another', async () => {
  const resource = (service: string) => ({ attributes: [string('service.name', service)] });
  const span = (name: string) => ({ name, startTimeUnixNano: START });
  await contract.store(
    'traces',
    {
      resourceSpans: [
        {
          resource: resource('a'),
          scopeSpans: [
            { scope: { name: 'x' }, spans: [span('1'), span('2')] },
            { scope: { name: 'empty' } },
            { scope: { name: 'y' }, spans: [span('3')] },
          ],
        },
        { resource: resource('without spans') },
        { scopeSpans: [{ spans: [span('4')] }] },
      ],
    },
    {},
    { resourceSpans: [{ resource: resource('b'), scopeSpans: [{ scope: { name: 'x' }, spans: [span('5')] }] }] },
  );
  assert.deepEqual(await stored('(SpanName, ServiceName, ScopeName)'), [
    ['1', 'a', 'x'],
    ['2', 'a', 'x'],
    ['3', 'a', 'y'],
    ['4', '', ''],
    ['5', 'b', 'x'],
  ]);
});

test('a body that can not be read leaves nothing behind, not even its neighbours or rows of the view', async () => {
  await contract.store('traces');
  const good = encodeRequest('traces', named('good', Buffer.alloc(16, 0xaa)));
  const cut = good.subarray(0, good.length - 3);
  const garbage = Buffer.from('{"resourceSpans":[]}');
  for (const body of [Buffer.concat([good, cut]), Buffer.concat([garbage, good]), Buffer.concat([good, garbage])]) {
    await assert.rejects(contract.insert(statement, body), /DB::Exception/);
  }
  assert.deepEqual(await stored('SpanName'), []);
  assert.deepEqual(
    await contract.column(`SELECT TraceId FROM otel.otel_traces_trace_id_ts WHERE TraceId LIKE 'aaaa%'`),
    [],
  );
});

test('an attribute of two kinds at once can not be read, in any form', async () => {
  for (const value of [
    { stringValue: 'a', intValue: 1 },
    { stringValue: 'a', arrayValue: { values: [{ stringValue: 'b' }] } },
    { kvlistValue: {}, intValue: 1 },
  ]) {
    const body = encodeRequest('traces', request({ startTimeUnixNano: START, attributes: [{ key: 'k', value }] }));
    await contract.store('traces');
    for (const form of statement.forms.keys()) {
      await assert.rejects(contract.insert(statement, body, {}, form), /^Error: Code: (36|395)\. DB::Exception/);
    }
    await assert.rejects(contract.insert(statement, body), /^Error: Code: 36\. DB::Exception: Invalid protobuf data/);
  }
});

test('the same INSERT again stores nothing again, in the table and in the table of the view', async () => {
  await contract.store('traces');
  const traceId = Buffer.alloc(16, 0xbb);
  const body = Buffer.concat([
    encodeRequest('traces', named('a', traceId)),
    encodeRequest('traces', named('b', traceId)),
  ]);
  const token = { insert_deduplication_token: 'segment-1' };
  await contract.insert(statement, body, token);
  await contract.insert(statement, body, token);
  await contract.insert(statement, body, token, 0);
  assert.deepEqual(await stored('SpanName'), ['a', 'b']);
  assert.deepEqual(
    await contract.column(`SELECT TraceId FROM otel.otel_traces_trace_id_ts WHERE TraceId LIKE 'bbbb%'`),
    ['bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'],
  );
});

test('a segment of more days than ClickHouse takes by default is stored whole, once', async () => {
  const day = 86_400_000_000_000n;
  const days = Array.from({ length: 101 }, (_, index) => ({
    startTimeUnixNano: `${BigInt(START) + BigInt(index) * day}`,
  }));
  const body = encodeRequest('traces', request(...days));
  await contract.store('traces');
  const token = { insert_deduplication_token: 'days' };
  await contract.insert(statement, body, token);
  await contract.insert(statement, body, token);
  assert.deepEqual(await contract.column('SELECT (count(), uniq(toDate(Timestamp))) FROM otel.otel_traces'), [
    [101, 101],
  ]);
});

test('a large segment becomes one part', async () => {
  // More rows than the engine puts into a block by itself.
  const spans = Array.from({ length: 70_000 }, () => ({ startTimeUnixNano: START }));
  await contract.store('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
  assert.deepEqual(
    await contract.column(`SELECT (rows, level) FROM system.parts WHERE table = 'otel_traces' AND active AND rows > 0`),
    [[70_000, 0]],
  );
});

test('every form stores the same, and refuses what it can not follow', async () => {
  for (const [form, attributes] of KINDS_OF_FORM.entries()) {
    const body = encodeRequest('traces', request({ startTimeUnixNano: START, attributes, traceId: TRACE_ID }));
    await contract.store('traces');
    await contract.insert(statement, body);
    await contract.insert(statement, body, {}, form);
    const [full, cheap] = await contract.rows('otel.otel_traces');
    assert.deepEqual(cheap, full);
  }

  const map = (value: object) => ({ kvlistValue: { values: [{ key: 'k', value }] } });
  for (const [form, value, text] of [
    [0, { arrayValue: {} }, '[]'],
    [0, { kvlistValue: {} }, '{}'],
    [1, map({ arrayValue: {} }), '{"k":[]}'],
  ] as const) {
    const attributes = [...KINDS_OF_FORM[form], { key: 'deep', value }];
    const deep = encodeRequest('traces', request({ startTimeUnixNano: START, attributes }));
    await contract.store('traces');
    await assert.rejects(contract.insert(statement, deep, {}, form), /Code: 395\. DB::Exception/);
    assert.deepEqual(await stored('1'), []);
    await contract.insert(statement, deep);
    assert.deepEqual(await stored(`SpanAttributes['deep']`), [text]);
  }
});
