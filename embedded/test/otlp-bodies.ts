import { randomBytes } from 'node:crypto';
import type { Signal } from '../src/collector/mapping/statements.ts';
import { requestType } from '../src/collector/receiver/otlp-schema.ts';

/** What a test wants to find again in its spans. */
export interface SpanSpec {
  readonly name: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** The protobuf bytes of an export request given in its JSON-like form (camelCase, ids as bytes). */
export function encodeRequest(signal: Signal, request: object): Buffer {
  const type = requestType(signal);
  return Buffer.from(type.encode(type.fromObject(request)).finish());
}

/** A request of one service with these spans; ids that are not given are random, times are now. */
export function traceBody(spans: readonly SpanSpec[], service = 'test'): Buffer {
  const now = `${Date.now()}000000`;
  return encodeRequest('traces', {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [
          {
            scope: { name: 'scope' },
            spans: spans.map(({ name, traceId, spanId }) => ({
              traceId: traceId === undefined ? randomBytes(16) : Buffer.from(traceId, 'hex'),
              spanId: spanId === undefined ? randomBytes(8) : Buffer.from(spanId, 'hex'),
              name,
              startTimeUnixNano: now,
              endTimeUnixNano: now,
            })),
          },
        ],
      },
    ],
  });
}

/** A request of `count` spans called `name`. */
export function spans(count: number, name: string): Buffer {
  return traceBody(Array.from({ length: count }, () => ({ name })));
}
