import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Random } from '../simulation/random.ts';
import { createIdGenerator } from './ids.ts';
import { UNLIMITED } from './limits.ts';
import { CollectingReader } from './metrics/collecting-reader.ts';
import { Histograms } from './metrics/histograms.ts';
import { createResource } from './resource.ts';
import type { InstanceSpec, ServiceInstance, ServiceSpec } from './telemetry.ts';

/** Every instance of every simulated service, ready to record. */
export interface Fleet {
  /** See `Telemetry.instance`. */
  instance(service: string, index: number): ServiceInstance;
  /** One for each instance. */
  readonly readers: readonly MetricReader[];
}

/** What all instances share. */
export interface FleetOptions {
  readonly services: readonly ServiceSpec[];
  readonly runId: string;
  readonly random: Random;
  readonly spanProcessor: SpanProcessor;
  readonly logRecordProcessor: LogRecordProcessor;
}

/** Makes providers of their own, under a Resource of their own, for each service instance. */
export function createFleet(options: FleetOptions): Fleet {
  const readers: MetricReader[] = [];
  const instances = new Map<string, ServiceInstance[]>();
  for (const service of options.services) {
    const created = service.instances.map((instance) => {
      const running = { name: service.name, version: instance.version ?? service.version };
      const histograms = new Histograms(running);
      const reader = new CollectingReader([histograms]);
      readers.push(reader);
      return createInstance(running, instance, reader, histograms, options);
    });
    instances.set(service.name, created);
  }
  return {
    readers,
    instance: (service, index) => {
      const found = instances.get(service)?.[index];
      if (!found) throw new RangeError(`instance ${index} of service "${service}": expected one of the fleet's`);
      return found;
    },
  };
}

function createInstance(
  service: Omit<ServiceSpec, 'instances'>,
  instance: InstanceSpec,
  reader: MetricReader,
  histograms: Histograms,
  { runId, random, spanProcessor, logRecordProcessor }: FleetOptions,
): ServiceInstance {
  const resource = createResource(service, instance, runId);
  const tracerProvider = new TracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    spanLimits: UNLIMITED,
    // A stream for each instance: a span more in one service changes no id in another.
    idGenerator: createIdGenerator(random.fork(`${service.name}/${instance.id}`)),
    spanProcessors: [spanProcessor],
  });
  const loggerProvider = new LoggerProvider({ resource, logRecordLimits: UNLIMITED, processors: [logRecordProcessor] });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  return {
    service: service.name,
    instanceId: instance.id,
    tracer: tracerProvider.getTracer(service.name, service.version),
    logger: loggerProvider.getLogger(service.name, service.version),
    meter: meterProvider.getMeter(service.name, service.version),
    createHistogram: (name, options) => histograms.create(name, options),
  };
}
