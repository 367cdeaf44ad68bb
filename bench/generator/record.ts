import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordSpans } from '../collector/record-spans.ts';
import type { RecordedResource, RecordedSpan, Recording } from './recording.ts';

/** One trace in so many is kept: their mix is that of the whole drop. */
const ONE_IN = 16;

/** Runs one drop on the virtual clock and keeps every sixteenth trace, chosen by its id as samplers choose. */
export async function record(): Promise<Recording> {
  const spans = (await recordSpans()).filter((span) => isKept(span.spanContext().traceId));
  const resources = new Map<ReadableSpan['resource'], RecordedResource>();
  for (const {
    resource,
    instrumentationScope: { name, version = '' },
  } of spans) {
    // A resource has one scope here: its service, with its version.
    resources.set(resource, { attributes: resource.attributes, scope: { name, version } });
  }
  const indexes = new Map([...resources.keys()].map((resource, index) => [resource, index]));
  const byParent = Map.groupBy(spans, (span) => span.parentSpanContext?.spanId);
  const toSpan = (span: ReadableSpan): RecordedSpan => ({
    // Every span's resource was put there above.
    resource: indexes.get(span.resource)!,
    name: span.name,
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes = {} }) => ({ name, time, attributes })),
    links: span.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId })),
    status: span.status,
    children: (byParent.get(span.spanContext().spanId) ?? []).toSorted(byStart).map(toSpan),
  });
  return {
    resources: [...resources.values()],
    traces: (byParent.get(undefined) ?? []).map(toSpan),
    spanCount: spans.length,
  };
}

function isKept(traceId: string): boolean {
  return Number.parseInt(traceId.slice(-4), 16) % ONE_IN === 0;
}

function byStart({ startTime: a }: ReadableSpan, { startTime: b }: ReadableSpan): number {
  return a[0] - b[0] || a[1] - b[1];
}
