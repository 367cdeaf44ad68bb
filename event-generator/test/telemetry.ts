import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../src/simulation/clock.ts';
import { createRandom } from '../src/simulation/random.ts';
import { createRealClock } from '../src/simulation/real-clock.ts';
import { createTelemetry, type RunningTelemetry } from '../src/telemetry/create-telemetry.ts';
import { lost, type ServiceTally, type Tally } from '../src/telemetry/ledger/counts.ts';
import { openLedger } from '../src/telemetry/ledger/ledger.ts';
import type { Signal } from '../src/telemetry/signal.ts';
import type { ServiceSpec } from '../src/telemetry/telemetry.ts';
import { toHrTime } from '../src/telemetry/time.ts';

/** Two services, three instances. */
const TEST_SERVICES: readonly ServiceSpec[] = [
  {
    name: 'shop',
    version: '1.2.3',
    instances: [
      { id: 'shop-a', attributes: { 'k8s.pod.name': 'shop-a' } },
      { id: 'shop-b', attributes: { 'k8s.pod.name': 'shop-b' } },
    ],
  },
  { name: 'stock', version: '0.9.0', instances: [{ id: 'stock-a', attributes: {} }] },
];

/** The telemetry of a test's run, with its ledger in a directory of its own. */
export interface TestTelemetry {
  readonly telemetry: RunningTelemetry;
  /** The lines people would see. */
  readonly reports: readonly string[];
  readLedger(): Promise<LedgerJson>;
  /** Closes the telemetry, with so much time for what is undelivered; the ledger's last version. */
  close(graceMs?: number): Promise<LedgerJson>;
  /** Closes it at once where a test has not come to that, and removes the directory. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface InFlight {
  readonly inFlight: number;
}

type TallyJson = Tally & InFlight;

/** The ledger file as JSON.parse gives it. */
export interface LedgerJson {
  readonly state: string;
  readonly runId: string;
  readonly seed: string;
  readonly startedAt: string;
  readonly history: {
    readonly from: string;
    readonly to: string;
    readonly goesLive: boolean;
    readonly reached: string;
  } | null;
  readonly signals: Record<Signal, TallyJson & { readonly services: Record<string, ServiceTally & InFlight> }>;
}

/** Starts the real telemetry against `endpoint`. */
export async function startTestTelemetry(
  endpoint: string,
  options: { clock?: Clock; seed?: string; queueLimit?: number; metricsIntervalMs?: number } = {},
): Promise<TestTelemetry> {
  const wallClock = createRealClock();
  const clock = options.clock ?? wallClock;
  const seed = options.seed ?? 'test';
  const dataDir = await mkdtemp(join(tmpdir(), 'snkrs-telemetry-'));
  const reports: string[] = [];
  const report = (line: string) => reports.push(line);
  const run = { runId: 'test-run', seed, startedAt: clock.now(), endpoint, settings: { LOAD: '1' } };
  const ledger = await openLedger({ dataDir, run, wallClock, report });
  const telemetry = createTelemetry({
    endpoint,
    runId: 'test-run',
    version: '0.0.0',
    services: TEST_SERVICES,
    clock,
    wallClock,
    random: createRandom(seed),
    account: ledger.account(),
    queueLimit: options.queueLimit ?? 65_536,
    metricsIntervalMs: options.metricsIntervalMs ?? 60_000,
    report,
  });
  // The file is written by us: see renderLedger.
  const readLedger = async () => JSON.parse(await readFile(ledger.path, 'utf8')) as LedgerJson;
  let closed = false;
  const close = async (graceMs = 10_000) => {
    closed = true;
    await telemetry.close(AbortSignal.timeout(graceMs));
    await ledger.finish(lost(ledger.counts) === 0 ? 'complete' : 'incomplete');
    return readLedger();
  };
  return {
    telemetry,
    reports,
    readLedger,
    close,
    [Symbol.asyncDispose]: async () => {
      if (!closed) await close(0);
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Ends `count` spans of service `shop`, and emits as many log records. */
export function recordSpansAndLogs({ telemetry }: TestTelemetry, count: number, now: number): void {
  const { tracer, logger } = telemetry.instance('shop', 0);
  const time = toHrTime(now);
  for (let i = 0; i < count; i++) {
    tracer.startSpan('GET /shoes', { startTime: time, attributes: { n: i } }).end(time);
    logger.emit({ body: `shoe ${i}`, timestamp: time, observedTimestamp: time });
  }
}
