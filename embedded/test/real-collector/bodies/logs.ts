import { type Case, END, FAR, logCase, SPAN_ID, START, severalResources, string, TRACE_ID } from './case.ts';
import { ATTRIBUTES, DUPLICATES, nested, VALUES } from './values.ts';

/** Log records of every kind, each body a case. */
export const LOG_CASES: readonly Case[] = [
  logCase('log with everything', [
    {
      timeUnixNano: '2000000000123456789',
      observedTimeUnixNano: END,
      severityNumber: 9,
      body: { stringValue: 'order 4711 paid' },
      attributes: [string('k', 'v')],
      droppedAttributesCount: 2,
      flags: 1,
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      eventName: 'snkrs.order.paid',
    },
  ]),
  logCase('log with nothing', [{ timeUnixNano: 0, observedTimeUnixNano: START }], {}),
  logCase('only an event name', [{ severityText: '', eventName: 'only an event name' }]),
  logCase('log without times', [{ timeUnixNano: 0 }]),
  logCase('log of 2262', [{ timeUnixNano: FAR }]),
  logCase('observed before it happened', [{ timeUnixNano: END, observedTimeUnixNano: START }]),
  logCase(
    'severities',
    [0, 1, 9, 17, 24, 25, 255, 256, 300, -1].map((severityNumber) => ({ severityNumber })),
  ),
  logCase(
    'flags',
    [0, 1, 255, 256, 0x1ff, 0xffffffff].map((flags) => ({ flags })),
  ),
  logCase(
    'bodies',
    Object.values(VALUES).map((body) => ({ body })),
  ),
  logCase('body nested five levels deep', [{ body: nested(5) }]),
  logCase('log attributes', [{ attributes: ATTRIBUTES }]),
  logCase('log with duplicate keys', [{ attributes: DUPLICATES }]),
  logCase('log resource and scope attributes', [{}], {
    resource: { attributes: ATTRIBUTES },
    scope: { attributes: ATTRIBUTES, droppedAttributesCount: 7 },
  }),
  logCase('log ids', [
    { traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) },
    { traceId: TRACE_ID },
    { spanId: SPAN_ID },
  ]),
  logCase('log with a short trace id', [{ traceId: TRACE_ID.subarray(1) }]),
  logCase('log with a long span id', [{ spanId: TRACE_ID }]),
  severalResources('logs of several resources', 'logs', (nth) => ({
    logRecords: [1, 2].map((severityNumber) => ({
      severityText: 'logs of several resources',
      severityNumber,
      timeUnixNano: START,
      body: { intValue: nth },
    })),
  })),
  logCase('log of no scope', [{}], { resource: { attributes: [string('service.name', 'shop')] }, schemaUrl: 'r' }),
  logCase('log of no resource', [{}], { scope: { name: 'lib' }, scopeSchemaUrl: 's' }),
  logCase('log of service 5', [{}], { resource: { attributes: [{ key: 'service.name', value: { intValue: 5 } }] } }),
];
