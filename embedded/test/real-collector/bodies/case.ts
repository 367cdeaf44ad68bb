import type { Signal } from '../../../src/collector/mapping/statements.ts';
import { encodeRequest } from '../../otlp-bodies.ts';

/**
 * A request body, and the name its rows are found by: each span has it as its name (or, being without one, as its trace state),
 * each log record as its severity text (or event name), each metric as its name (or unit).
 */
export interface Case {
  readonly name: string;
  readonly signal: Signal;
  readonly body: Buffer;
}

/** 2033-05-18 03:33:20 in nanoseconds: a moment no TTL reaches. */
export const START = '2000000000000000000';
/** 1.000000001 s later. */
export const END = '2000000001000000001';
/** 2^63 nanoseconds, in the year 2262: more than a signed 64-bit number holds. */
export const FAR = '9223372036854775808';
export const TRACE_ID = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
export const SPAN_ID = Buffer.from('a1a2a3a4a5a6a7a8', 'hex');

export const string = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** What surrounds the items of a body; `{}` leaves it all out. */
export interface Around {
  readonly resource?: object;
  readonly schemaUrl?: string;
  readonly scope?: object;
  readonly scopeSchemaUrl?: string;
}

const USUAL: Around = {
  resource: { attributes: [string('service.name', 'shop'), string('host.name', 'h1')], droppedAttributesCount: 1 },
  schemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
  scope: { name: 'lib', version: '1.2', attributes: [string('s', '1')], droppedAttributesCount: 2 },
  scopeSchemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
};

const usualSpan = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  kind: 2,
  startTimeUnixNano: START,
  endTimeUnixNano: END,
};

/** Spans with `usualSpan`'s fields where they say nothing else. */
export function spanCase(name: string, spans: readonly object[], around: Around = USUAL): Case {
  const items = spans.map((span) => ({ ...usualSpan, name, ...span }));
  return { name, signal: 'traces', body: encodeRequest('traces', request('Spans', { spans: items }, around)) };
}

/** Log records of that moment. */
export function logCase(name: string, records: readonly object[], around: Around = USUAL): Case {
  const logRecords = records.map((record) => ({ timeUnixNano: START, severityText: name, ...record }));
  return { name, signal: 'logs', body: encodeRequest('logs', request('Logs', { logRecords }, around)) };
}

/** Metrics as they are given; points have to say their times ({@link POINT}). */
export function metricCase(name: string, metrics: readonly object[], around: Around = USUAL): Case {
  const items = metrics.map((metric) => ({ name, ...metric }));
  return { name, signal: 'metrics', body: encodeRequest('metrics', request('Metrics', { metrics: items }, around)) };
}

/** The times of a data point. */
export const POINT = { startTimeUnixNano: START, timeUnixNano: '2000000060999999999' };

function request(kind: 'Spans' | 'Logs' | 'Metrics', items: object, around: Around): object {
  const { resource, schemaUrl = '', scope, scopeSchemaUrl = '' } = around;
  const inScope = { scope, schemaUrl: scopeSchemaUrl, ...items };
  return { [`resource${kind}`]: [{ resource, schemaUrl, [`scope${kind}`]: [inScope] }] };
}
