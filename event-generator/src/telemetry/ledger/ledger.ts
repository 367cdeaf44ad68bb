import { join } from 'node:path';
import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { SIGNALS } from '../signal.ts';
import type { Account } from './account.ts';
import { type Counts, createCounts, sumCounts } from './counts.ts';
import { LedgerFile } from './ledger-file.ts';
import { keepMilestones } from './milestones.ts';
import { ledgerFileName, type RunDescription, type RunState, renderLedger } from './render-ledger.ts';
import { countSent, dropRest } from './settle.ts';

/** The run's file cannot be written. */
export class LedgerError extends Error {
  override name = 'LedgerError';
}

/**
 * What a process created of one run and what became of it, in memory and in a file of `DATA_DIR/runs` (see {@link renderLedger}).
 *
 * The file is written before each export it speaks of. So after a kill -9, for each signal and service,
 * `acknowledged <= rows stored <= sent - rejected`: an item that is in no export the file knows of was never on the wire.
 */
export interface Ledger {
  readonly path: string;
  /** The sum of all accounts at this moment. */
  readonly counts: Counts;
  /** A new part of the whole: telemetry counts into one. */
  account(): Account;
  /** Resolves once the file says what the accounts say now; while the disk refuses, it is tried again. */
  write(): Promise<void>;
  /** Writes what is known by now, and from then on nothing: of a run that broke, nobody has counted what was under way. */
  abandon(): Promise<void>;
  /**
   * Writes the last version, in which what is still in flight is dropped; to be called once. Rejects with a {@link LedgerError} when the
   * disk refuses.
   */
  finish(state: Exclude<RunState, 'running'>): Promise<void>;
}

/** Where the ledger's text and complaints go, and the clock behind them. */
export interface LedgerOptions {
  readonly dataDir: string;
  readonly run: RunDescription;
  /** Where a time that is not the machine's stands; undefined where it is, or from where it is on. */
  readonly simulatedAt?: () => EpochMillis | undefined;
  /** The clock of the machine: times in the file, pauses between attempts to write it. */
  readonly wallClock: Clock;
  /** Takes one line each time the disk starts to refuse the file, and one when it takes it again. */
  readonly report: (line: string) => void;
}

const HEARTBEAT_MS = 3_000;
const RETRY_PAUSE_MS = 1_000;

/** Starts the account of a run. Throws a {@link LedgerError} when its file is there already or cannot be written. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { dataDir, run, simulatedAt = () => undefined, wallClock, report } = options;
  const accounts: Counts[] = [];
  const finished = new AbortController();
  const progress = watchProgress();
  const milestones = keepMilestones(run.startedAt);
  let state: RunState = 'running';
  const path = join(dataDir, 'runs', ledgerFileName(run));
  const file = new LedgerFile(path, () => {
    const [counts, now] = [sumCounts(accounts), wallClock.now()];
    const reached = simulatedAt() ?? now;
    return renderLedger(run, {
      state,
      counts,
      now,
      acknowledgedAt: progress(counts, now),
      reached,
      milestones: milestones(counts, reached),
    });
  });
  await file.create().catch((error: NodeJS.ErrnoException) => {
    throw new LedgerError(explainOpenFailure(path, run, error), { cause: error });
  });

  let refusing = false;
  const write = async () => {
    for (;;) {
      try {
        await file.write();
        if (refusing) report(`${path} can be written again; exports go on.`);
        refusing = false;
        return;
      } catch (error) {
        if (!refusing) report(`${path} cannot be written (${messageOf(error)}): exports wait for it. Free some space.`);
        refusing = true;
        await wallClock.sleep(RETRY_PAUSE_MS);
      }
    }
  };
  const beat = async () => {
    while (!finished.signal.aborted) {
      await wallClock.sleep(HEARTBEAT_MS, finished.signal);
      // A disk that refuses is the business of the exports that wait for it.
      if (!finished.signal.aborted) await file.write().catch(() => {});
    }
  };
  void beat();

  return {
    path,
    get counts() {
      return sumCounts(accounts);
    },
    account: () => {
      const counts = createCounts();
      accounts.push(counts);
      return {
        counts,
        sending: (signal, items) => {
          countSent(counts[signal], items);
          return write();
        },
      };
    },
    write,
    abandon: async () => {
      finished.abort();
      await file.write().catch(() => {});
    },
    finish: async (last) => {
      state = last;
      finished.abort();
      for (const counts of accounts) for (const signal of SIGNALS) dropRest(counts[signal]);
      await file.write().catch((error: unknown) => {
        throw new LedgerError(`The last version of ${path} cannot be written (${messageOf(error)}). Free some space.`, {
          cause: error,
        });
      });
    },
  };
}

/** Tells when the acknowledged items last grew, by the counts it is shown. */
function watchProgress(): (counts: Counts, now: EpochMillis) => EpochMillis | undefined {
  let acknowledged = 0;
  let since: EpochMillis | undefined;
  return (counts, now) => {
    const sum = SIGNALS.reduce((total, signal) => total + counts[signal].acknowledged, 0);
    if (sum > acknowledged) [acknowledged, since] = [sum, now];
    return since;
  };
}

function explainOpenFailure(path: string, { runId, shard }: RunDescription, error: NodeJS.ErrnoException): string {
  if (error.code === 'EEXIST' && shard !== undefined && shard.count > 1) {
    return `SHARD_INDEX="${shard.index}" of RUN_ID="${runId}" was used before (${path}): a process cannot come back into its run, whose ids it would make once more; let the others go on without it, or start all ${shard.count} with another RUN_ID.`;
  }
  if (error.code === 'EEXIST') {
    return `RUN_ID="${runId}" was used before (${path}): expected an id of its own for each run; leave RUN_ID unset to get one.`;
  }
  return `The delivery ledger ${path} cannot be written (${messageOf(error)}): expected DATA_DIR to be a directory this user may write to, with space left.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
