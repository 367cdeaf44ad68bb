import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

/**
 * The one span processor of all providers. It hands ended spans on and does nothing else: delivery, with its flush and its end,
 * belongs to no single provider.
 */
export function createSpanProcessor(push: (span: ReadableSpan) => void): SpanProcessor {
  return { onStart: () => {}, onEnd: push, forceFlush: async () => {}, shutdown: async () => {} };
}

/** The one log record processor of all providers, alike. */
export function createLogRecordProcessor(push: (record: ReadableLogRecord) => void): LogRecordProcessor {
  return { onEmit: push, forceFlush: async () => {}, shutdown: async () => {} };
}
