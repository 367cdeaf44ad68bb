import { hostname } from 'node:os';
import { join } from 'node:path';
import type { EpochMillis } from '../../simulation/clock.ts';
import { SIGNALS, type Signal } from '../signal.ts';
import { type Counts, createCounts, sumCounts } from './counts.ts';
import { createdBefore } from './milestones.ts';
import { type LedgerText, ledgerNames, modifiedAt, RunError, readLedger } from './read-ledger.ts';
import { type History, ledgerFileName, type RunState } from './render-ledger.ts';

/** A run by the ledgers of all its processes. */
export interface RecordedRun {
  readonly runId: string;
  /** `killed`: its ledger says that it runs, and nobody has written it for a while. */
  readonly state: RunState | 'killed';
  /** Of the first process. */
  readonly startedAt: EpochMillis;
  /** Of the process that wrote last. */
  readonly updatedAt: EpochMillis;
  /** The time it makes up, or has made up, and how far it has come with that. */
  readonly history: (History & { readonly reached: EpochMillis }) | undefined;
  readonly counts: Counts;
  /** The most items of a signal that can be from before a time. */
  readonly createdBefore: (time: EpochMillis, signal: Signal) => number;
  /** Somebody has begun to delete its rows. */
  readonly undoBegun: boolean;
  /** In force, by name; of the first process. */
  readonly settings: Readonly<Record<string, string>>;
  /** The ledgers of the run that are not there: it ran in several processes, maybe on other machines. */
  readonly missing: readonly string[];
}

/** A running process writes its ledger every few seconds; one older than this is of a process that was killed, or whose disk refuses it. */
const STALE_MS = 15_000;

/**
 * The id of the run in `directory` whose ledger was written last and that was not undone. A ledger that cannot be read is passed over and
 * told of to `warn`, in a line. Throws a {@link RunError} where there is none.
 */
export async function newestRunId(directory: string, warn: (line: string) => void): Promise<string> {
  const names = await ledgerNames(directory);
  const files = await Promise.all(
    names.map(async (name) => ({ name, modified: await modifiedAt(join(directory, name)) })),
  );
  for (const { name } of files.sort((a, b) => b.modified - a.modified)) {
    const ledger = await readLedger(join(directory, name)).catch((error: unknown) => {
      if (!(error instanceof RunError)) throw error;
      warn(`Passed over: ${error.message}`);
    });
    if (ledger && ledger.state !== 'undone') return ledger.runId;
  }
  throw new RunError(
    `${directory} holds no run: expected the ledger of an event-generator. Start one (npm start, or just up), or set DATA_DIR to where one keeps it.`,
  );
}

/** Reads all ledgers of a run. `now` is the machine's time. Throws a {@link RunError} where there is none. */
export async function readRun(directory: string, runId: string, now: () => EpochMillis): Promise<RecordedRun> {
  const names = (await ledgerNames(directory)).filter((name) => name.startsWith(`${runId}.`));
  const all = await Promise.all(names.map((name) => readLedger(join(directory, name))));
  const ledgers = all.filter((ledger) => ledger.runId === runId);
  const [first] = ledgers;
  if (first === undefined) {
    throw new RunError(
      `Run ${runId} has no ledger in ${directory}: expected the id of a run that has (ls ${directory}).`,
    );
  }
  const states = await Promise.all(
    ledgers.map(async (ledger) => {
      if (ledger.state !== 'running') return ledger.state;
      const age = now() - (await modifiedAt(join(directory, ledgerFileName(ledger))));
      return isGone(ledger, now()) || age > STALE_MS ? 'killed' : 'running';
    }),
  );
  const missing = Array.from({ length: first.shard.count }, (_, index) => ({ index, count: first.shard.count }))
    .filter(({ index }) => ledgers.every(({ shard }) => shard.index !== index))
    .map((shard) => ledgerFileName({ runId, shard }));
  return {
    runId,
    state: stateOf(states),
    startedAt: Math.min(...ledgers.map(({ startedAt }) => Date.parse(startedAt))),
    updatedAt: Math.max(...ledgers.map(({ updatedAt }) => Date.parse(updatedAt))),
    history: historyOf(ledgers),
    counts: sumCounts(ledgers.map(toCounts)),
    createdBefore: (time, signal) =>
      ledgers.reduce((sum, ledger) => sum + createdOfLedgerBefore(time, signal, ledger), 0),
    undoBegun: ledgers.some(({ undoBegun }) => undoBegun),
    settings: first.settings,
    missing,
  };
}

/** Of a process on another machine, or in another container, only its ledger tells. */
function isGone({ process: { host, pid }, updatedAt }: LedgerText, now: EpochMillis): boolean {
  if (host !== hostname()) return false;
  // A container that starts again gives its process the number of the one before.
  if (pid === process.pid) return Date.parse(updatedAt) < now - process.uptime() * 1000;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Of a whole, by its parts: as long as one runs, the whole does. */
function stateOf(states: readonly RecordedRun['state'][]): RecordedRun['state'] {
  const worst = (['running', 'killed', 'incomplete', 'undone'] as const).find((state) => states.includes(state));
  return worst ?? 'complete';
}

/** All processes of a run make up the same time; it has come as far as the last of them. */
function historyOf(ledgers: readonly LedgerText[]): RecordedRun['history'] {
  const histories = ledgers.flatMap(({ history }) => history ?? []);
  const [first] = histories;
  if (first === undefined) return undefined;
  const reached = Math.min(...histories.map((history) => Date.parse(history.reached)));
  return { from: Date.parse(first.from), to: Date.parse(first.to), goesLive: first.goesLive, reached };
}

function createdOfLedgerBefore(time: EpochMillis, signal: Signal, ledger: LedgerText): number {
  return createdBefore(time, signal, {
    startedAt: Date.parse(ledger.startedAt),
    milestones: ledger.milestones.map(({ at, created }) => ({ at: Date.parse(at), created })),
    all: ledger.signals[signal].created,
  });
}

function toCounts({ signals }: LedgerText): Counts {
  const counts = createCounts();
  for (const signal of SIGNALS) {
    const { services, ...own } = signals[signal];
    Object.assign(counts[signal], own);
    for (const [service, part] of Object.entries(services)) counts[signal].services.set(service, part);
  }
  return counts;
}
