import { type Case, END, FAR, SPAN_ID, START, severalResources, spanCase, string, TRACE_ID } from './case.ts';
import { ATTRIBUTES, DUPLICATES, nested } from './values.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const named = (service: object) => ({ resource: { attributes: [{ key: 'service.name', value: service }] } });

/** Spans of every kind, each body a case. */
export const TRACE_CASES: readonly Case[] = [
  spanCase('span with everything', [
    {
      parentSpanId: Buffer.from('b1b2b3b4b5b6b7b8', 'hex'),
      traceState: 'a=b,c=d',
      flags: 0x301,
      startTimeUnixNano: '2000000000123456789',
      endTimeUnixNano: '2000000001123456790',
      attributes: [string('k', 'v')],
      droppedAttributesCount: 2,
      droppedEventsCount: 3,
      droppedLinksCount: 4,
      events: [
        { timeUnixNano: '2000000000500000001', name: 'exception', attributes: [string('exception.type', 'Timeout')] },
        { timeUnixNano: START, name: '', droppedAttributesCount: 1 },
      ],
      links: [
        {
          traceId: Buffer.alloc(16, 0xc1),
          spanId: Buffer.alloc(8, 0xd1),
          traceState: 'c=d',
          attributes: [string('l', '2')],
          flags: 1,
        },
      ],
      status: { code: 2, message: 'broken é' },
    },
  ]),
  spanCase('span with nothing', [{ traceId: undefined, spanId: undefined, kind: 0, endTimeUnixNano: START }], {}),
  spanCase('unnamed span', [{ name: '', traceState: 'unnamed span' }]),
  spanCase('span attributes', [{ attributes: ATTRIBUTES }, { attributes: [] }]),
  spanCase('duplicate keys', [{ attributes: DUPLICATES }], { resource: { attributes: DUPLICATES } }),
  spanCase('event and link attributes', [
    { events: [{ attributes: ATTRIBUTES }, {}], links: [{ attributes: ATTRIBUTES }, { attributes: ATTRIBUTES }] },
    { events: [{ name: 'bare' }, { attributes: DUPLICATES }], links: [{}] },
  ]),
  spanCase('resource and scope attributes', [{}], {
    resource: { attributes: ATTRIBUTES },
    scope: { attributes: ATTRIBUTES },
  }),
  spanCase('nested four levels deep', [{ attributes: [{ key: 'k', value: nested(4) }] }]),
  spanCase('nested five levels deep', [{ attributes: [{ key: 'k', value: nested(5) }] }]),
  spanCase('ids of zeros', [
    { traceId: Buffer.alloc(16), spanId: Buffer.alloc(8), parentSpanId: Buffer.alloc(8) },
    { links: [{ traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) }, {}] },
  ]),
  spanCase('half an id', [
    { traceId: TRACE_ID, spanId: undefined },
    { traceId: undefined, spanId: SPAN_ID },
  ]),
  spanCase('short trace id', [{ traceId: TRACE_ID.subarray(0, 8) }]),
  spanCase('long trace id', [{ traceId: Buffer.alloc(17, 1) }]),
  spanCase('short span id', [{ spanId: SPAN_ID.subarray(1) }]),
  spanCase('long parent id', [{ parentSpanId: Buffer.alloc(9, 1) }]),
  spanCase('short link id', [{ links: [{ traceId: Buffer.alloc(15, 1) }] }]),
  spanCase(
    'kinds',
    range(-1, 6).map((kind) => ({ kind })),
  ),
  spanCase(
    'status codes',
    range(0, 3).map((code) => ({ status: { code, message: `code ${code}` } })),
  ),
  spanCase('empty status', [{ status: {} }, { status: { message: 'only a message' } }]),
  spanCase('ends before it starts', [{ startTimeUnixNano: END, endTimeUnixNano: START }]),
  spanCase('no end', [{ endTimeUnixNano: 0 }]),
  spanCase('no times', [{ startTimeUnixNano: 0, endTimeUnixNano: 0, events: [{ name: 'e' }] }]),
  // Traces of their own: the view keeps the last moment of each trace and INSERT, and INSERTs are not the same.
  spanCase('span of 2261', [
    { traceId: Buffer.alloc(16, 1), startTimeUnixNano: '9200000000000000000', endTimeUnixNano: FAR },
  ]),
  spanCase('span of 2262', [{ traceId: Buffer.alloc(16, 2), startTimeUnixNano: FAR, endTimeUnixNano: FAR }]),
  spanCase('no start', [{ startTimeUnixNano: 0, endTimeUnixNano: END }]),
  spanCase('service.name an int', [{}], named({ intValue: 5 })),
  spanCase('service.name a bool', [{}], named({ boolValue: true })),
  spanCase('service.name a double', [{}], named({ doubleValue: 1e21 })),
  spanCase('service.name an array', [{}], named({ arrayValue: { values: [{ stringValue: 'a' }] } })),
  spanCase('service.name empty', [{}], named({ stringValue: '' })),
  spanCase('service.name twice', [{}], {
    resource: { attributes: [string('service.name', 'one'), string('service.name', 'two')] },
  }),
  severalResources('several resources', 'traces', (nth) => ({
    spans: [1, 2].map((kind) => ({ name: 'several resources', kind, startTimeUnixNano: START, traceState: `${nth}` })),
  })),
  spanCase('service.name bytes', [{}], named({ bytesValue: Buffer.from([255]) })),
  spanCase('service.name of no value', [{}], named({})),
  spanCase('no scope', [{}], { resource: { attributes: [string('service.name', 'shop')] } }),
  spanCase('no resource', [{}], { scope: { name: 'lib' } }),
  spanCase('empty resource and scope', [{}], { resource: {}, scope: {} }),
];
