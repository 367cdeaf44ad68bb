import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { idOffsets } from './id-offsets.ts';

/** The bytes of an `ExportTraceServiceRequest`. */
export interface TraceBody {
  readonly bytes: Buffer;
  readonly spans: number;
}

/** Requests that can be made anew with other ids, as often as wanted. */
export interface Bodies {
  /** Spans in one edition. */
  readonly spans: number;
  /**
   * The requests with ids nobody has seen: a collector that recognises what it has, and a table that drops blocks equal to those
   * in its window, take each edition for new telemetry. Traces stay whole.
   */
  edition(): TraceBody[];
}

/** Shared by all bodies of a process, so that no two editions are alike. */
let editions = 0;

/** Serialises `spans`, `batch` of them a request, as the SDK's exporters do. */
export function createBodies(spans: readonly ReadableSpan[], batch: number): Bodies {
  const templates: (TraceBody & { readonly ids: readonly number[] })[] = [];
  for (let from = 0; from < spans.length; from += batch) {
    const part = spans.slice(from, from + batch);
    // It answers undefined for nothing to serialise only.
    const bytes = Buffer.from(ProtobufTraceSerializer.serializeRequest(part)!);
    templates.push({ bytes, spans: part.length, ids: idOffsets(bytes) });
  }
  return {
    spans: spans.length,
    edition: () => {
      const mask = ++editions;
      return templates.map(({ bytes, spans, ids }) => {
        const copy = Buffer.from(bytes);
        for (const at of ids) copy.writeInt32LE(copy.readInt32LE(at) ^ mask, at);
        return { bytes: copy, spans };
      });
    },
  };
}
