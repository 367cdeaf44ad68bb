import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Attributes, Meter } from '@opentelemetry/api';
import * as semconv from '@opentelemetry/semantic-conventions/incubating';
import type { Backpressure } from './backpressure.ts';
import { statusName } from './delivery/grpc-status.ts';
import type { ExportOutcome } from './delivery/outcome.ts';
import { type Counts, inFlight, type SignalCounts } from './ledger/counts.ts';
import type { Signal } from './signal.ts';

/** What the generator's health is read from. */
export interface HealthOptions {
  readonly meter: Meter;
  readonly counts: Readonly<Counts>;
  /** Items of a signal in calls under way. */
  readonly exportingItems: (signal: Signal) => number;
  readonly queueLimit: number;
  readonly backpressure: Backpressure;
  /** Whether it measures the process too, of which several threads share one. */
  readonly measuresProcess: boolean;
}

/** The generator's own metrics. */
export interface Health {
  /** Counts an attempt to export. */
  measureExport(signal: Signal, outcome: ExportOutcome, seconds: number): void;
  stop(): void;
}

const DELAY_RESOLUTION_MS = 10;

/**
 * Registers the generator's metrics: the OpenTelemetry SDK's own names where it has some (`otel.sdk.*`), those of Node and of
 * processes, and `snkrs.generator.*` for the waiting of workers, which no convention covers.
 */
export function startHealth(options: HealthOptions): Health {
  observeQueues(options);
  observeWaiting(options.meter, options.backpressure);
  observeHeap(options.meter);
  if (options.measuresProcess) observeProcess(options.meter);
  const eventLoop = observeEventLoop(options.meter);
  const duration = options.meter.createHistogram(semconv.METRIC_OTEL_SDK_EXPORTER_OPERATION_DURATION, {
    unit: 's',
    description: 'The duration of one attempt to export a batch',
    advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] },
  });
  return {
    measureExport: (signal, outcome, seconds) => {
      const status = outcome.kind === 'accepted' ? 'OK' : statusName(outcome.code);
      duration.record(seconds, {
        ...EXPORTER[signal].attributes,
        [semconv.ATTR_RPC_STATUS_CODE]: status,
        ...(outcome.kind === 'failed' && { [semconv.ATTR_ERROR_TYPE]: status }),
      });
    },
    stop: () => eventLoop.disable(),
  };
}

const component = (type: string): Attributes => ({
  [semconv.ATTR_OTEL_COMPONENT_TYPE]: type,
  [semconv.ATTR_OTEL_COMPONENT_NAME]: `${type}/0`,
});

const PROCESSOR = {
  traces: {
    attributes: component('backpressure_span_processor'),
    size: semconv.METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
    capacity: semconv.METRIC_OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
    unit: '{span}',
  },
  logs: {
    attributes: component('backpressure_log_processor'),
    size: semconv.METRIC_OTEL_SDK_PROCESSOR_LOG_QUEUE_SIZE,
    capacity: semconv.METRIC_OTEL_SDK_PROCESSOR_LOG_QUEUE_CAPACITY,
    unit: '{log_record}',
  },
} as const;

const EXPORTER = {
  traces: {
    attributes: component(semconv.OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_SPAN_EXPORTER),
    inflight: semconv.METRIC_OTEL_SDK_EXPORTER_SPAN_INFLIGHT,
    exported: semconv.METRIC_OTEL_SDK_EXPORTER_SPAN_EXPORTED,
    unit: '{span}',
  },
  logs: {
    attributes: component(semconv.OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_LOG_EXPORTER),
    inflight: semconv.METRIC_OTEL_SDK_EXPORTER_LOG_INFLIGHT,
    exported: semconv.METRIC_OTEL_SDK_EXPORTER_LOG_EXPORTED,
    unit: '{log_record}',
  },
  metrics: {
    attributes: component(semconv.OTEL_COMPONENT_TYPE_VALUE_OTLP_GRPC_METRIC_EXPORTER),
    inflight: semconv.METRIC_OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT,
    exported: semconv.METRIC_OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED,
    unit: '{data_point}',
  },
} as const satisfies Record<Signal, object>;

function observeQueues({ meter, counts, exportingItems, queueLimit }: HealthOptions): void {
  for (const signal of ['traces', 'logs'] as const) {
    const { attributes, size, capacity, unit } = PROCESSOR[signal];
    meter
      .createObservableUpDownCounter(size, { unit, description: 'Items that wait for their export' })
      .addCallback((result) => result.observe(inFlight(counts[signal]) - exportingItems(signal), attributes));
    meter
      .createObservableUpDownCounter(capacity, { unit, description: 'Items in flight at which workers start to wait' })
      .addCallback((result) => result.observe(queueLimit, attributes));
  }
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    const { attributes, inflight, exported, unit } = EXPORTER[signal];
    meter
      .createObservableUpDownCounter(inflight, { unit, description: 'Items in exports under way, retries included' })
      .addCallback((result) => result.observe(exportingItems(signal), attributes));
    meter
      .createObservableCounter(exported, { unit, description: 'Items whose export is over, by how it ended' })
      .addCallback((result) => {
        for (const [outcome, items] of outcomes(counts[signal])) {
          result.observe(items, outcome ? { ...attributes, [semconv.ATTR_ERROR_TYPE]: outcome } : attributes);
        }
      });
  }
}

/** How exports ended, by `error.type`, which success has none of. */
function outcomes(counts: Readonly<SignalCounts>): [errorType: string | undefined, items: number][] {
  return [
    [undefined, counts.acknowledged],
    ['rejected', counts.rejected],
    ['dropped', counts.dropped],
  ];
}

function observeWaiting(meter: Meter, backpressure: Backpressure): void {
  meter
    .createObservableUpDownCounter('snkrs.generator.workers.waiting', {
      unit: '{worker}',
      description: 'Workers that wait for room in the queues, because the collector takes less than they make',
    })
    .addCallback((result) => result.observe(backpressure.waitingWorkers));
  meter
    .createObservableCounter('snkrs.generator.wait.time', {
      unit: 's',
      description: 'Time all workers together have waited for room in the queues',
    })
    .addCallback((result) => result.observe(backpressure.waitedSeconds()));
}

/** Every thread has a heap of its own. */
function observeHeap(meter: Meter): void {
  meter
    .createObservableUpDownCounter(semconv.METRIC_V8JS_MEMORY_HEAP_USED, { unit: 'By', description: 'Heap in use' })
    .addCallback((result) => result.observe(process.memoryUsage().heapUsed));
}

function observeProcess(meter: Meter): void {
  meter
    .createObservableUpDownCounter(semconv.METRIC_PROCESS_MEMORY_USAGE, { unit: 'By', description: 'Resident memory' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter(semconv.METRIC_PROCESS_CPU_TIME, { unit: 's', description: 'Processor time used' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { [semconv.ATTR_CPU_MODE]: semconv.CPU_MODE_VALUE_USER });
      result.observe(system / 1e6, { [semconv.ATTR_CPU_MODE]: semconv.CPU_MODE_VALUE_SYSTEM });
    });
}

function observeEventLoop(meter: Meter): ELDHistogram {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const gauge = (name: string, description: string) =>
    meter.createObservableGauge(name, { unit: 's', description: `${description} of the event loop's delay` });
  const mean = gauge(semconv.METRIC_NODEJS_EVENTLOOP_DELAY_MEAN, 'Mean');
  const p99 = gauge(semconv.METRIC_NODEJS_EVENTLOOP_DELAY_P99, '99th percentile');
  const max = gauge(semconv.METRIC_NODEJS_EVENTLOOP_DELAY_MAX, 'Maximum');
  meter.addBatchObservableCallback(
    (result) => {
      // Nothing was sampled yet, or not since the last collection.
      if (delay.count === 0) return;
      result.observe(mean, excessSeconds(delay.mean));
      result.observe(p99, excessSeconds(delay.percentile(99)));
      result.observe(max, excessSeconds(delay.max));
      delay.reset();
    },
    [mean, p99, max],
  );
  return delay;
}

/** The monitor's samples, in nanoseconds, include the interval it sleeps between two of them. */
function excessSeconds(sampledNanoseconds: number): number {
  return Math.max(0, sampledNanoseconds / 1e9 - DELAY_RESOLUTION_MS / 1e3);
}
