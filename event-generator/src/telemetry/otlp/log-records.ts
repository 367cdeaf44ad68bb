import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { writeAnyValue, writeAttributes } from './attributes.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** The fields of `LogRecord` of opentelemetry/proto/logs/v1, byte for byte what the official serializer makes. */
export function writeLogRecord(writer: ProtobufWriter, record: ReadableLogRecord): void {
  const { severityNumber = SeverityNumber.UNSPECIFIED, severityText, body, spanContext, eventName } = record;
  writer.time(0x09, record.hrTime);
  if (severityNumber !== SeverityNumber.UNSPECIFIED) writer.varint(0x10, severityNumber);
  if (severityText) writer.string(0x1a, severityText);
  if (body !== undefined) writeAnyValue(writer, 0x2a, body);
  writeAttributes(writer, 0x32, record.attributes);
  writer.varint(0x38, record.droppedAttributesCount);
  if (spanContext?.traceFlags) writer.fixed32(0x45, spanContext.traceFlags);
  if (spanContext?.traceId) writer.hex(0x4a, spanContext.traceId);
  if (spanContext?.spanId) writer.hex(0x52, spanContext.spanId);
  writer.time(0x59, record.hrTimeObserved);
  if (eventName) writer.string(0x62, eventName);
}
