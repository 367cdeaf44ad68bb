import { type Attributes, SeverityNumber } from '@opentelemetry/api';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { Clock, EpochMillis } from '../simulation/clock.ts';
import type { Random } from '../simulation/random.ts';
import { type Slice, WHOLE } from '../simulation/slice.ts';
import { aborted } from './aborted.ts';
import { createBackpressure } from './backpressure.ts';
import { batchesOf, METRICS } from './delivery/batch-kinds.ts';
import { Batcher } from './delivery/batcher.ts';
import { type CollectorWatch, createCollectorWatch } from './delivery/collector-watch.ts';
import { type BatchKind, ExportQueue } from './delivery/export-queue.ts';
import { createOtlpExporters } from './delivery/otlp-exporters.ts';
import type { Send } from './delivery/outcome.ts';
import { listenToDiagnostics } from './delivery/partial-success.ts';
import { createFleet } from './fleet.ts';
import { GENERATOR_SERVICE, startGeneratorSdk } from './generator-sdk.ts';
import { startHealth } from './health.ts';
import type { Account } from './ledger/account.ts';
import type { Counts } from './ledger/counts.ts';
import { totalOf } from './ledger/settle.ts';
import { CollectingReader } from './metrics/collecting-reader.ts';
import { startMetricCollection } from './metrics/collection.ts';
import { writeLogRecord } from './otlp/log-records.ts';
import { createMetricRequests } from './otlp/metrics.ts';
import { RequestWriter } from './otlp/request-writer.ts';
import { writeSpan } from './otlp/spans.ts';
import { createLogRecordProcessor, createSpanProcessor } from './processors.ts';
import type { Signal } from './signal.ts';
import type { ServiceSpec, Telemetry } from './telemetry.ts';
import { toHrTime } from './time.ts';

/** What a run's telemetry is made of. */
export interface TelemetryOptions {
  /** OTLP/gRPC, `http://host:port` or `https://host:port`. */
  readonly endpoint: string;
  readonly runId: string;
  /** `service.version` of the generator itself. */
  readonly version: string;
  readonly services: readonly ServiceSpec[];
  /** Which part of the run it is whose telemetry this is: all, where none is given. */
  readonly slice?: Slice;
  /** Whether it has the metrics of the whole process, of which threads share one; it does where nothing is said. */
  readonly measuresProcess?: boolean;
  /** The simulation's clock: what all that is simulated is stamped with. */
  readonly clock: Clock;
  /**
   * The machine's clock, which lingers, retries, grace periods and the generator's own telemetry follow: the same one in a run that is live
   * from its start.
   */
  readonly wallClock: Clock;
  readonly random: Random;
  /** Where all that happens to the telemetry is counted. */
  readonly account: Account;
  /** How many spans, and how many log records, may wait in memory before workers do. */
  readonly queueLimit: number;
  readonly metricsIntervalMs: number;
  /** See `MetricCollectionOptions`. */
  readonly metricsInStepSince?: EpochMillis | undefined;
  /** Stands in for {@link createCollectorWatch} where several telemetries share one. */
  readonly watchCollector?: typeof createCollectorWatch;
  /** Takes one line for people: the collector is away, is back, refuses something. */
  readonly report: (line: string) => void;
}

/** Something that happened to the generator itself. */
export interface Note {
  readonly eventName: string;
  readonly severity: 'INFO' | 'WARN';
  readonly body: string;
  readonly attributes?: Attributes;
}

/** The telemetry of a run under way. */
export interface RunningTelemetry extends Telemetry {
  /** Makes a log record of the generator's own. */
  note(note: Note): void;
  readonly counts: Readonly<Counts>;
  /** Workers that wait in `ready()` at present. */
  readonly waitingWorkers: number;
  /** The time all workers together have waited in `ready()` so far. */
  waitedSeconds(): number;
  /** Lets every worker through `ready()` from now on, so that a run can end while the collector is away. */
  stopWaiting(): void;
  /**
   * Collects the metrics a last time and delivers all there is. When `giveUp` aborts before, the rest counts as dropped.
   * To be called once, after the workers.
   */
  close(giveUp: AbortSignal): Promise<void>;
}

const MAX_BATCH_ITEMS = 2048;
const LINGER_MS = 200;

/** Starts the telemetry of a run: the fleet, the generator's own, and the delivery of both. */
export function createTelemetry(options: TelemetryOptions): RunningTelemetry {
  const { endpoint, runId, version, clock, wallClock, random, account, queueLimit, report } = options;
  const { slice = WHOLE, measuresProcess = true, watchCollector = createCollectorWatch } = options;
  const { counts } = account;

  const diagnostics = listenToDiagnostics(report);
  const exporters = createOtlpExporters(endpoint, `snkrs-${GENERATOR_SERVICE}/${version}`, diagnostics);
  const backpressure = createBackpressure([counts.traces, counts.logs], queueLimit, clock, wallClock);
  const gates = [backpressure];
  const watch: CollectorWatch = watchCollector({
    endpoint,
    counts,
    queueLimit,
    wallClock,
    report: (line) => {
      report(line);
      note({ eventName: 'snkrs.generator.delivery', severity: 'WARN', body: line });
    },
    measure: (signal, outcome, seconds) => health.measureExport(signal, outcome, seconds),
  });

  const createQueue = <Batch>(kind: BatchKind<Batch>, send: Send<Batch>) =>
    new ExportQueue({
      kind,
      send,
      account,
      watch,
      wallClock,
      random: random.fork(`retry/${kind.signal}`),
      settled: () => {
        for (const gate of gates) gate.settled();
      },
    });
  const queues = {
    traces: createQueue(batchesOf('traces'), exporters.traces),
    logs: createQueue(batchesOf('logs'), exporters.logs),
    metrics: createQueue(METRICS, exporters.metrics),
  };
  const allQueues = Object.values(queues);
  const batching = { maxItems: MAX_BATCH_ITEMS, lingerMs: LINGER_MS, clock: wallClock };
  const spans = new Batcher({
    ...batching,
    writer: new RequestWriter(writeSpan),
    cut: (batch) => queues.traces.push(batch),
  });
  const logs = new Batcher({
    ...batching,
    writer: new RequestWriter(writeLogRecord),
    cut: (batch) => queues.logs.push(batch),
  });

  const processors = {
    spanProcessor: createSpanProcessor((span) => {
      counts.traces.created++;
      spans.push(span);
    }),
    logRecordProcessor: createLogRecordProcessor((record) => {
      counts.logs.created++;
      logs.push(record);
    }),
  };
  const ids = random.fork('ids');
  const fleet = createFleet({ services: options.services, runId, random: ids, ...processors });
  const ownReader = new CollectingReader();
  const generator = startGeneratorSdk({ version, runId, slice, random: ids, reader: ownReader, ...processors });
  const exportingItems = (signal: Signal) => queues[signal].exportingItems;
  const health = startHealth({
    meter: generator.meter,
    counts,
    exportingItems,
    queueLimit,
    backpressure,
    measuresProcess,
  });
  const startCollection = (readers: readonly MetricReader[], follows: Clock) => {
    const gate = createBackpressure([counts.metrics], queueLimit, follows, wallClock);
    gates.push(gate);
    return startMetricCollection({
      readers,
      clock: follows,
      startedAt: follows.now(),
      intervalMs: options.metricsIntervalMs,
      ...(options.metricsInStepSince !== undefined && { inStepSince: options.metricsInStepSince }),
      room: gate.ready,
      push: (metrics) => {
        for (const request of createMetricRequests(metrics)) {
          counts.metrics.created += totalOf(request.items);
          queues.metrics.push(request);
        }
      },
    });
  };
  // What the generator measures of itself happens in the machine's time, also while it makes that of another day.
  const collections = [startCollection(fleet.readers, clock), startCollection([ownReader], wallClock)];

  let closing = false;
  function note({ eventName, severity, body, attributes = {} }: Note): void {
    // A record made while the last ones are delivered would come too late for them.
    if (closing) return;
    const timestamp = toHrTime(wallClock.now());
    generator.logger.emit({
      eventName,
      severityNumber: SeverityNumber[severity],
      severityText: severity,
      body,
      attributes,
      timestamp,
      observedTimestamp: timestamp,
    });
  }

  return {
    counts,
    instance: fleet.instance,
    note,
    ready: backpressure.ready,
    get waitingWorkers() {
      return backpressure.waitingWorkers;
    },
    waitedSeconds: backpressure.waitedSeconds,
    stopWaiting: () => {
      for (const gate of gates) gate.open();
    },
    close: async (giveUp) => {
      closing = true;
      for (const gate of gates) gate.open();
      await Promise.all(
        collections.map(async (collection) => {
          await collection.stop();
          await collection.collect();
        }),
      );
      spans.close();
      logs.close();
      await Promise.race([Promise.all(allQueues.map((queue) => queue.drained())), aborted(giveUp)]);
      for (const queue of allQueues) queue.abandon();
      health.stop();
      void exporters.close();
      await generator.shutdown();
    },
  };
}
