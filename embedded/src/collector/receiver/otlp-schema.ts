import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { Signal } from '../mapping/statements.ts';

const REQUEST_NAMES: Readonly<Record<Signal, string>> = {
  traces: 'otlp.ExportTraceServiceRequest',
  logs: 'otlp.ExportLogsServiceRequest',
  metrics: 'otlp.ExportMetricsServiceRequest',
};

const schema = protobuf.loadSync(join(import.meta.dirname, '../mapping/otlp.proto')).resolveAll();

/** The protobuf type of a signal's `Export…ServiceRequest`, from the same otlp.proto that ClickHouse reads with. */
export function requestType(signal: Signal): protobuf.Type {
  return schema.lookupType(REQUEST_NAMES[signal]);
}

const ITEM = /^(Span|LogRecord|\w*DataPoint)$/;

/** Whether the type is one of those that are counted: span, log record, data point. */
export function isItem(type: protobuf.Type): boolean {
  return ITEM.test(type.name);
}

/** How many bytes an id field holds: 16 for `trace_id`, 8 for `span_id` and `parent_span_id`; undefined for others. */
export function idBytes(field: protobuf.Field): number | undefined {
  if (field.type !== 'bytes') return undefined;
  if (field.name === 'traceId') return 16;
  return field.name === 'spanId' || field.name === 'parentSpanId' ? 8 : undefined;
}
