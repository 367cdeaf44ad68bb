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

/**
 * A body of several resources: one with two scopes that hold items and one that holds none, one without scopes, one that is
 * nothing but its items, and the first one again. `items` gives the n-th scope's.
 */
export function severalResources(name: string, signal: Signal, items: (nth: number) => object): Case {
  const kind = { traces: 'Spans', logs: 'Logs', metrics: 'Metrics' }[signal];
  const resource = (service: string) => ({ attributes: [string('service.name', service)] });
  const scope = (nth: number) => ({ scope: { name: `scope ${nth}` }, ...items(nth) });
  const all = [
    { resource: resource('a'), schemaUrl: 'one', [`scope${kind}`]: [scope(1), { scope: { name: 'empty' } }, scope(2)] },
    { resource: resource('without scopes') },
    { [`scope${kind}`]: [items(3)] },
    { resource: resource('b'), [`scope${kind}`]: [scope(1)] },
    { resource: resource('a'), [`scope${kind}`]: [scope(1)] },
  ];
  return { name, signal, body: encodeRequest(signal, { [`resource${kind}`]: all }) };
}

function request(kind: 'Spans' | 'Logs' | 'Metrics', items: object, around: Around): object {
  const { resource, schemaUrl = '', scope, scopeSchemaUrl = '' } = around;
  const inScope = { scope, schemaUrl: scopeSchemaUrl, ...items };
  return { [`resource${kind}`]: [{ resource, schemaUrl, [`scope${kind}`]: [inScope] }] };
}
