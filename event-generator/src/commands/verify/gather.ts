import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { createCounts } from '../../telemetry/ledger/counts.ts';
import { type RecordedRun, readRun } from '../../telemetry/ledger/read-run.ts';
import type { Signal } from '../../telemetry/signal.ts';
import { type Comparison, compare, countMissing, type StoredRows } from './compare.ts';
import type { RunInStore, RunStore } from './stored-rows.ts';

/** Where both sides are, and how long to wait for one to catch up with the other. */
export interface GatherOptions {
  readonly store: RunStore;
  /** The directory of the ledgers. */
  readonly directory: string;
  readonly runId: string;
  readonly clock: Clock;
  /** How long to wait for acknowledged items while not one more is stored. */
  readonly patienceMs: number;
  /** Spans and log records stored twice are looked for in a run of so many spans at most. */
  readonly doublesUpTo: number;
  /** Told once, with their number, when acknowledged items have to be waited for. */
  readonly onWaiting: (items: number) => void;
  readonly signal: AbortSignal;
}

/** A run, and what came of it. */
export interface Verification {
  readonly run: RecordedRun;
  readonly lines: readonly Comparison[];
  /** Whether spans and log records stored twice were looked for. */
  readonly soughtDoubles: boolean;
}

const PAUSE_MS = 500;
/** As long as that, anything may be on its way. */
const UNREMARKABLE_MS = 1_500;

/**
 * Holds a run's ledger against its rows. Acknowledged items may still be on their way from the collector's disk to ClickHouse: they are waited
 * for as long as any arrive, and `patienceMs` longer.
 */
export async function gather(options: GatherOptions): Promise<Verification> {
  const { store, directory, runId, clock } = options;
  const lifetimes = await store.lifetimes();
  let told = false;
  const onWaiting = (items: number) => {
    if (!told) options.onWaiting(items);
    told = true;
  };
  for (;;) {
    const before = await readExpected(directory, runId, clock);
    const mayHaveExpired = expirable(before, lifetimes, clock.now());
    const stored = await countPatiently(before, mayHaveExpired, { ...options, onWaiting });
    const soughtDoubles = before.counts.traces.sent <= options.doublesUpTo;
    const doubled = soughtDoubles
      ? { traces: await store.doubled(before, 'traces'), logs: await store.doubled(before, 'logs') }
      : {};
    const run = await readExpected(directory, runId, clock);
    // It ended meanwhile: now it can be told exactly.
    if (before.state === 'running' && run.state !== 'running') continue;
    const lines = compare({ before: before.counts, after: run.counts, stored, doubled, mayHaveExpired });
    return { run, lines, soughtDoubles };
  }
}

/** Of one that was undone, nothing is to be found. */
async function readExpected(directory: string, runId: string, clock: Clock): Promise<RecordedRun> {
  const run = await readRun(directory, runId, clock.now);
  return run.state === 'undone' ? { ...run, counts: createCounts() } : run;
}

/** How many items are old enough for ClickHouse to have deleted their rows by `now`. `lifetimes` are in seconds. */
function expirable(
  run: RecordedRun,
  lifetimes: Partial<Record<Signal, number>>,
  now: EpochMillis,
): Record<Signal, number> {
  const most = (signal: Signal) => {
    const lifetime = lifetimes[signal];
    return lifetime === undefined ? 0 : run.createdBefore(now - lifetime * 1_000, signal);
  };
  return { traces: most('traces'), logs: most('logs'), metrics: most('metrics') };
}

async function countPatiently(
  run: RecordedRun,
  mayHaveExpired: Readonly<Record<Signal, number>>,
  options: GatherOptions,
): Promise<StoredRows> {
  const { store, clock, patienceMs, onWaiting, signal } = options;
  let fewest = Number.POSITIVE_INFINITY;
  const began = clock.now();
  let since = began;
  for (;;) {
    const asked = clock.now();
    const stored = await countRows(store, run);
    const took = clock.now() - asked;
    const missing = countMissing({ before: run.counts, stored, mayHaveExpired });
    if (missing === 0 || signal.aborted) return stored;
    if (missing < fewest) [fewest, since] = [missing, clock.now()];
    if (clock.now() - since >= patienceMs) return stored;
    if (clock.now() - began > UNREMARKABLE_MS) onWaiting(missing);
    // Counting takes no more than half of the time: the rows that are waited for need the server too.
    await clock.sleep(Math.max(PAUSE_MS, took), signal);
  }
}

async function countRows(store: RunStore, run: RunInStore): Promise<StoredRows> {
  return {
    traces: await store.stored(run, 'traces'),
    logs: await store.stored(run, 'logs'),
    metrics: await store.stored(run, 'metrics'),
  };
}
