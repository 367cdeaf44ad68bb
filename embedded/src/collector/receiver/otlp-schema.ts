import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { Signal } from '../mapping/statements.ts';

const REQUEST_NAMES: Readonly<Record<Signal, string>> = {
  traces: 'otlp.ExportTraceServiceRequest',
  logs: 'otlp.ExportLogsServiceRequest',
  metrics: 'otlp.ExportMetricsServiceRequest',
};

const file = join(import.meta.dirname, '../mapping/otlp.proto');
const schema = protobuf.loadSync(file).resolveAll();

/** The protobuf type of a signal's `Export…ServiceRequest`, from the same otlp.proto that ClickHouse reads with. */
export function requestType(signal: Signal): protobuf.Type {
  return schema.lookupType(REQUEST_NAMES[signal]);
}

/** The same type for encoding, except that its items are given as their own bytes: {@link encodeItem}. */
export function requestOfEncodedItems(signal: Signal): protobuf.Type {
  return schemaOfEncodedItems.lookupType(REQUEST_NAMES[signal]);
}

/** A span, log record or data point as the bytes that stand for it in a {@link requestOfEncodedItems}. */
export function encodeItem(type: protobuf.Type, item: protobuf.Message): Uint8Array {
  return type.encode(item).finish();
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

const schemaOfEncodedItems = loadWithEncodedItems();

/** On the wire a message and bytes are the same. */
function loadWithEncodedItems(): protobuf.Root {
  const root = protobuf.loadSync(file);
  for (const type of typesOf(root)) {
    for (const field of type.fieldsArray) if (ITEM.test(field.type)) field.type = 'bytes';
  }
  root.resolveAll();
  return root;
}

function typesOf(object: protobuf.ReflectionObject): protobuf.Type[] {
  const inside = object instanceof protobuf.Namespace ? object.nestedArray.flatMap(typesOf) : [];
  return object instanceof protobuf.Type ? [object, ...inside] : inside;
}
