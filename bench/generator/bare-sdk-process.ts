import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Context, ROOT_CONTEXT, SpanStatusCode, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { RecordedSpan, Recording } from './recording.ts';
import { runSide, type SideReport, type SideTask } from './side.ts';

/** The stock SDK's task. */
export interface BareSdkTask extends SideTask {
  /** File of the recording, as JSON. */
  readonly recording: string;
  /** The stock processor's options; its own defaults where none are given. */
  readonly processor?: {
    readonly maxQueueSize: number;
    readonly maxExportBatchSize: number;
    readonly scheduledDelayMillis: number;
  };
}

/**
 * Makes the recorded spans over and over with the stock SDK: a provider for each resource, one stock processor and exporter for all.
 * Times are given and attributes set after the start, which costs the SDK the least.
 */
async function replayAll({ endpoint, spans, recording, processor: options }: BareSdkTask): Promise<SideReport> {
  // Written by this benchmark.
  const { resources, traces } = JSON.parse(await readFile(recording, 'utf8')) as Recording;
  const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: 60_000 });
  const processor = new BatchSpanProcessor({ exporter, ...options });
  const tracers = resources.map(({ attributes, scope }) =>
    new TracerProvider({ resource: resourceFromAttributes(attributes), spanProcessors: [processor] }).getTracer(
      scope.name,
      scope.version,
    ),
  );
  let made = 0;
  while (made < spans) {
    for (const root of traces) {
      made += replay(tracers, root, ROOT_CONTEXT);
      // As the simulation lets the event loop turn before every journey.
      await nextTurn();
    }
  }
  // What is left in a short queue goes out as at the end of an application; a long one would be more than the exporter takes at once.
  if (options === undefined) await processor.forceFlush();
  return { spans: made, logRecords: 0, dataPoints: 0 };
}

/** Makes a span with everything under it, and says how many they were. */
function replay(tracers: readonly Tracer[], recorded: RecordedSpan, parent: Context): number {
  const { resource, name, kind, startTime, endTime, attributes, events, links, status, children } = recorded;
  const options = links.length === 0 ? { kind, startTime } : { kind, startTime, links: links.map(toLink) };
  // The recording numbers its own resources.
  const span = tracers[resource]!.startSpan(name, options, parent);
  for (const key in attributes) span.setAttribute(key, attributes[key]!);
  for (const event of events) span.addEvent(event.name, event.attributes, event.time);
  if (status.code !== SpanStatusCode.UNSET) span.setStatus(status);
  let made = 1;
  if (children.length > 0) {
    const inside = trace.setSpan(ROOT_CONTEXT, span);
    for (const child of children) made += replay(tracers, child, inside);
  }
  span.end(endTime);
  return made;
}

function toLink(link: RecordedSpan['links'][number]) {
  return { context: { ...link, traceFlags: TraceFlags.SAMPLED } };
}

await runSide(replayAll);
