import { type Counts, createCounts, createReceiverCounts } from './counts.ts';
import { startLoader } from './load/loader.ts';
import type { Log } from './log.ts';
import { insertStatements } from './mapping/statements.ts';
import type { CollectorOptions } from './options.ts';
import { startGrpc } from './receiver/grpc.ts';
import { startHttp } from './receiver/http.ts';
import { createIntake } from './receiver/intake.ts';
import type { Receiver } from './receiver/receiver.ts';
import { createRequestMemory } from './receiver/request-memory.ts';
import { SIGNALS } from './signals.ts';
import { openSpool, type Spool } from './spool/spool.ts';
import type { Transport } from './telemetry/instruments.ts';
import { startOwnMetrics } from './telemetry/own-metrics.ts';
import { createWaitTime } from './telemetry/wait-time.ts';
import { TUNING, type Tuning } from './tuning.ts';

/** How long requests in flight may take when the collector stops. */
const GRACE_MILLIS = 2_000;

/** A running collector. */
export interface Collector {
  readonly grpcPort: number;
  readonly httpPort: number;
  counts(): Counts;
  /**
   * Stops receiving, stores what was acknowledged for at most `drainMillis`, and says what is left in the spool for the next
   * start. Later calls get the first one's promise.
   */
  stop(drainMillis?: number): Promise<void>;
}

/**
 * Starts a collector: OTLP over gRPC and HTTP in, a spool on disk, rows in ClickHouse out. ClickHouse need not be there yet.
 *
 * @throws ListenError when a port is taken
 * @throws SpoolOpenError when the spool's directory can't be used
 */
export async function startCollector(
  options: CollectorOptions,
  { log = logToStderr, tuning = TUNING }: { log?: Log; tuning?: Tuning } = {},
): Promise<Collector> {
  const counts = createCounts();
  const spool = await openSpool({ directory: options.spoolDirectory, maxBytes: options.spoolMaxBytes, tuning, log });
  for (const { signal, items } of spool.recovered) counts[signal].recovered += items;

  const waits = { memory: createWaitTime(), disk: createWaitTime() };
  const memory = createRequestMemory(tuning.requestMemoryBytes, waits.memory.during);
  const store: Spool['store'] = (signal, body, items) => waits.disk.during(spool.store(signal, body, items));
  const receiverCounts = { grpc: createReceiverCounts(), http: createReceiverCounts() };
  const intake = (transport: Transport) =>
    createIntake({ store }, { all: counts, receiver: receiverCounts[transport] });
  const receivers: Receiver[] = [];
  const stopReceivers = () => Promise.all(receivers.map((receiver) => receiver.stop(GRACE_MILLIS)));
  const { host, allowedHosts, limits } = options;
  const shared = { host, allowedHosts, memory, limits, tuning, log };
  try {
    receivers.push(await startGrpc({ ...shared, port: options.grpcPort }, intake('grpc')));
    receivers.push(await startHttp({ ...shared, port: options.httpPort }, intake('http')));
  } catch (error) {
    await stopReceivers();
    await spool.close();
    throw error;
  }

  const loader = startLoader({
    spool,
    target: {
      url: options.clickhouseUrl,
      user: options.clickhouseUser,
      password: options.clickhousePassword,
      timeoutMillis: tuning.insertMillis,
    },
    statements: {
      traces: insertStatements('traces'),
      logs: insertStatements('logs'),
      metrics: insertStatements('metrics'),
    },
    quarantineDirectory: options.quarantineDirectory,
    counts,
    tuning,
    log,
  });

  const ownMetrics = startOwnMetrics({
    readings: {
      counts,
      receivers: receiverCounts,
      queueBytes: (signal) => spool.bytes(signal),
      queueMaxBytes: spool.maxBytes,
      queueSeconds: (signal) => spool.oldestSeconds(signal),
      loadSeconds: (signal) => spool.loadSeconds(signal),
      waits,
    },
    intervalMillis: tuning.ownMetricsMillis,
    // As of no items: what is counted is what others send, and as much of it comes out as went in.
    store: (body) => spool.store('metrics', body, 0),
  });

  const stop = async (drainMillis: number) => {
    await ownMetrics.stop();
    await stopReceivers();
    await spool.seal();
    await loader.drain(drainMillis);
    await spool.close();
    log(summary({ ...counts, spoolBytes: spool.bytes() }));
  };
  let stopped: Promise<void> | undefined;
  return {
    grpcPort: receivers[0]!.port,
    httpPort: receivers[1]!.port,
    counts: () => ({ ...structuredClone(counts), spoolBytes: spool.bytes() }),
    stop: (drainMillis = tuning.drainMillis) => (stopped ??= stop(drainMillis)),
  };
}

const logToStderr: Log = (line) => console.error(`collector: ${line}`);

/** One line; of the rarer counts only those that are not zero. */
function summary(counts: Counts): string {
  const signals = SIGNALS.map((signal) => {
    const { accepted, stored, ...rarer } = counts[signal];
    const others = Object.entries(rarer).filter(([, count]) => count > 0);
    return [`${signal} ${accepted} accepted`, `${stored} stored`, ...others.map(([name, n]) => `${n} ${name}`)].join(
      ', ',
    );
  });
  const kept =
    counts.spoolBytes === 0
      ? 'nothing left in the spool'
      : `${counts.spoolBytes} bytes kept in the spool for the next start`;
  return `stopped: ${signals.join('; ')}; ${kept}`;
}
