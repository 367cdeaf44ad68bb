import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { writeAttributes } from './attributes.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { writeAttributesOfSpan } from './span-attributes.ts';

/** The fields of `Span` of opentelemetry/proto/trace/v1, byte for byte what the official serializer makes. */
export function writeSpan(writer: ProtobufWriter, span: ReadableSpan): void {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  writeContext(writer, context);
  if (parent?.spanId) writer.hex(0x22, parent.spanId);
  writer.string(0x2a, span.name);
  writer.varint(0x30, span.kind + 1);
  writer.time(0x39, span.startTime);
  writer.time(0x41, span.endTime);
  writeAttributesOfSpan(writer, 0x4a, span);
  writer.varint(0x50, span.droppedAttributesCount);
  for (const event of span.events) {
    const start = writer.begin(0x5a);
    writer.time(0x09, event.time);
    writer.string(0x12, event.name);
    if (event.attributes) writeAttributes(writer, 0x1a, event.attributes);
    writer.varint(0x20, event.droppedAttributesCount ?? 0);
    writer.end(start);
  }
  writer.varint(0x60, span.droppedEventsCount);
  for (const link of span.links) {
    const start = writer.begin(0x6a);
    writeContext(writer, link.context);
    if (link.attributes) writeAttributes(writer, 0x22, link.attributes);
    writer.varint(0x28, link.droppedAttributesCount ?? 0);
    writer.fixed32(0x35, flagsOf(link.context, link.context.isRemote));
    writer.end(start);
  }
  writer.varint(0x70, span.droppedLinksCount);
  const status = writer.begin(0x7a);
  if (span.status.message) writer.string(0x12, span.status.message);
  writer.varint(0x18, span.status.code);
  writer.end(status);
  writer.fixed32(0x85, flagsOf(context, parent?.isRemote));
}

function writeContext(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.hex(0x0a, traceId);
  writer.hex(0x12, spanId);
  const state = traceState?.serialize();
  if (state) writer.string(0x1a, state);
}

/** W3C trace flags, and whether it is known that the parent, or what is linked to, is remote (bits 8 and 9). */
function flagsOf({ traceFlags }: SpanContext, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}
