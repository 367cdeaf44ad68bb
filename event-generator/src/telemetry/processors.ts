import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { addKnownAttributes } from './known-attributes.ts';

/**
 * The one span processor of all providers. It hands ended spans on and does nothing else: delivery, with its flush and its end,
 * belongs to no single provider.
 */
export function createSpanProcessor(push: (span: ReadableSpan) => void): SpanProcessor {
  return { onStart: () => {}, onEnd: push, forceFlush: async () => {}, shutdown: async () => {} };
}

/** The one log record processor of all providers, alike; it adds the attributes that come with a record's context. */
export function createLogRecordProcessor(push: (record: ReadableLogRecord) => void): LogRecordProcessor {
  const onEmit: LogRecordProcessor['onEmit'] = (record, context) => {
    addKnownAttributes(record, context);
    push(record);
  };
  return { onEmit, forceFlush: async () => {}, shutdown: async () => {} };
}
