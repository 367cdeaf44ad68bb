import type { Attributes, HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type CollectionResult, MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, type Span, TracerProvider } from '@opentelemetry/sdk-trace';
import { createRandom } from '../../simulation/random.ts';
import { type Slice, WHOLE } from '../../simulation/slice.ts';
import { createIdGenerator } from '../../telemetry/ids.ts';
import { CollectingReader } from '../../telemetry/metrics/collecting-reader.ts';
import { Histograms } from '../../telemetry/metrics/histograms.ts';
import { createLogRecordProcessor } from '../../telemetry/processors.ts';
import type { ServiceInstance, Telemetry } from '../../telemetry/telemetry.ts';
import { servicesOf } from '../services.ts';

/** Everything a simulation said, kept as the SDK made it. */
export interface RecordedTelemetry extends Telemetry {
  readonly spans: RecordedSpan[];
  readonly logs: RecordedLog[];
  /** Spans started and not yet ended. */
  openSpans(): number;
  collect(): Promise<CollectionResult[]>;
}

export interface RecordedSpan {
  readonly service: string;
  readonly span: ReadableSpan;
}

export interface RecordedLog {
  readonly service: string;
  readonly record: ReadableLogRecord;
}

/** Milliseconds since the epoch, of the SDK's time. */
export function millis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

/** Telemetry that goes no further than this process; ids follow from the seed. */
export function recordTelemetry(seed: string, slice: Slice = WHOLE): RecordedTelemetry {
  const ids = createIdGenerator(createRandom(seed));
  const spans: RecordedSpan[] = [];
  const logs: RecordedLog[] = [];
  const readers: MetricReader[] = [];
  let open = 0;
  const instances = new Map<string, ServiceInstance>();
  for (const { name: service, version, instances: copies } of servicesOf(slice)) {
    const traces = new TracerProvider({
      idGenerator: ids,
      spanProcessors: [
        {
          onStart: (_span: Span) => void open++,
          onEnd: (span) => {
            open--;
            spans.push({ service, span });
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    const records = new LoggerProvider({
      processors: [createLogRecordProcessor((record) => logs.push({ service, record }))],
    });
    for (const [index, { id }] of copies.entries()) {
      const histograms = new Histograms({ name: 'snkrs', version });
      const reader = new CollectingReader([histograms]);
      readers.push(reader);
      const attributes: Attributes = { 'service.name': service, 'service.instance.id': id };
      const metrics = new MeterProvider({ resource: resourceFromAttributes(attributes), readers: [reader] });
      instances.set(`${service}/${index}`, {
        service,
        instanceId: id,
        tracer: traces.getTracer('snkrs', version),
        logger: records.getLogger('snkrs', version),
        meter: metrics.getMeter('snkrs', version),
        createHistogram: (name, options) => histograms.create(name, options),
      });
    }
  }
  return {
    spans,
    logs,
    openSpans: () => open,
    collect: () => Promise.all(readers.map((reader) => reader.collect())),
    instance(service, index) {
      const instance = instances.get(`${service}/${index}`);
      if (instance === undefined) throw new RangeError(`${service} has no instance ${index}`);
      return instance;
    },
    ready: () => Promise.resolve(),
  };
}
