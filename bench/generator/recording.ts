import type { Attributes, HrTime, SpanKind, SpanStatus } from '@opentelemetry/api';

/** Spans of a simulation as plain data, for whoever makes the same ones with other means. JSON holds it without loss. */
export interface Recording {
  readonly resources: readonly RecordedResource[];
  /** The root spans of whole traces, in the order they ended. */
  readonly traces: readonly RecordedSpan[];
  readonly spanCount: number;
}

/** A service instance. */
export interface RecordedResource {
  readonly attributes: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** A span with everything under it. */
export interface RecordedSpan {
  /** Index of its resource. */
  readonly resource: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly time: HrTime; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: SpanStatus;
  /** In the order they started. */
  readonly children: readonly RecordedSpan[];
}
