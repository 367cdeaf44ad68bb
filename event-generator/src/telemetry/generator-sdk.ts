import { type ContextManager, context, logs, metrics, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOnSampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Random } from '../simulation/random.ts';
import type { Slice } from '../simulation/slice.ts';
import { createIdGenerator } from './ids.ts';
import { UNLIMITED } from './limits.ts';
import { createResource, shardAttributes } from './resource.ts';
import type { ServiceInstance } from './telemetry.ts';

/** `service.name` of the generator itself. */
export const GENERATOR_SERVICE = 'event-generator';

/** The generator's own instruments: it is a service too. */
export interface GeneratorSdk extends Omit<ServiceInstance, 'createHistogram'> {
  shutdown(): Promise<void>;
}

/** What the generator's own telemetry goes through: the same processors as everyone's. */
export interface GeneratorSdkOptions {
  readonly version: string;
  readonly runId: string;
  /** Which part of the run it is that this one makes. */
  readonly slice: Slice;
  readonly random: Random;
  readonly spanProcessor: SpanProcessor;
  readonly logRecordProcessor: LogRecordProcessor;
  readonly reader: MetricReader;
}

/** Context is passed explicitly everywhere here; following it through asynchronous calls would only cost. */
const explicitContext: ContextManager = {
  active: () => ROOT_CONTEXT,
  with: (_context, run, thisArg, ...args) => run.call(thisArg as ThisParameterType<typeof run>, ...args),
  bind: (_context, target) => target,
  enable: () => explicitContext,
  disable: () => explicitContext,
};

/** Starts the Node SDK for service `event-generator`, as the thread's global OpenTelemetry. One at a time. */
export function startGeneratorSdk(options: GeneratorSdkOptions): GeneratorSdk {
  const { version, runId, slice, random, spanProcessor, logRecordProcessor, reader } = options;
  const instance = {
    // In every container the process has the same id.
    id: [GENERATOR_SERVICE, process.pid, ...(slice.count > 1 ? [slice.index] : [])].join('-'),
    attributes: {
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      ...shardAttributes(slice),
    },
  };
  const sdk = new NodeSDK({
    resource: createResource({ name: GENERATOR_SERVICE, version }, instance, runId),
    autoDetectResources: false,
    contextManager: explicitContext,
    textMapPropagator: null,
    instrumentations: [],
    sampler: new AlwaysOnSampler(),
    spanLimits: UNLIMITED,
    idGenerator: createIdGenerator(random.fork(GENERATOR_SERVICE)),
    spanProcessors: [spanProcessor],
    logRecordProcessors: [logRecordProcessor],
    metricReaders: [reader],
  });
  sdk.start();
  return {
    service: GENERATOR_SERVICE,
    instanceId: instance.id,
    tracer: trace.getTracer(GENERATOR_SERVICE, version),
    logger: logs.getLogger(GENERATOR_SERVICE, version),
    meter: metrics.getMeter(GENERATOR_SERVICE, version),
    shutdown: async () => {
      await sdk.shutdown();
      for (const api of [trace, logs, metrics, context, propagation]) api.disable();
    },
  };
}
