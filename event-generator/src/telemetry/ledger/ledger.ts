import { join } from 'node:path';
import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { SIGNALS, type Signal } from '../signal.ts';
import { type Counts, createCounts, inFlight } from './counts.ts';
import { LedgerFile } from './ledger-file.ts';

/** How far a run has come: `complete` means that every item created was acknowledged. */
export type RunState = 'running' | 'complete' | 'incomplete';

/** What the ledger says of the run besides its counts. */
export interface RunDescription {
  readonly runId: string;
  readonly seed: string;
  readonly startedAt: EpochMillis;
  readonly endpoint: string;
  /** The settings in force, by name. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The run's file cannot be written. */
export class LedgerError extends Error {
  override name = 'LedgerError';
}

/**
 * The account of one run: what was created and what became of it, in memory and in `DATA_DIR/runs/RUN_ID.json`.
 *
 * The file (see {@link renderLedger}) is written before each export it speaks of. So after a kill -9, for each signal,
 * `acknowledged <= rows stored <= sent`: an item that is in no export the file knows of was never on the wire.
 */
export interface Ledger {
  readonly path: string;
  readonly counts: Counts;
  /** Counts `items` as sent and resolves once the file says so; while the disk refuses, it retries and the export waits. */
  sending(signal: Signal, items: number): Promise<void>;
  /** Writes the last version; to be called once. Rejects with a {@link LedgerError} when the disk refuses. */
  finish(state: RunState): Promise<void>;
}

/** Where the ledger's text and complaints go, and the clocks behind them. */
export interface LedgerOptions {
  readonly dataDir: string;
  readonly run: RunDescription;
  /** The clock of the machine: times in the file, pauses between attempts to write it. */
  readonly wallClock: Clock;
  /** Takes one line each time the disk starts to refuse the file, and one when it takes it again. */
  readonly report: (line: string) => void;
}

const RETRY_PAUSE_MS = 1_000;

/** Starts the account of a run. Throws a {@link LedgerError} when its file is there already or cannot be written. */
export async function openLedger({ dataDir, run, wallClock, report }: LedgerOptions): Promise<Ledger> {
  const counts = createCounts();
  let state: RunState = 'running';
  const path = join(dataDir, 'runs', `${run.runId}.json`);
  const file = new LedgerFile(path, () => renderLedger(run, state, counts, wallClock.now()));
  await file.create().catch((error: NodeJS.ErrnoException) => {
    throw new LedgerError(explainOpenFailure(path, run.runId, error), { cause: error });
  });

  let refusing = false;
  const writeUntilTaken = async () => {
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

  return {
    path,
    counts,
    sending: (signal, items) => {
      counts[signal].sent += items;
      return writeUntilTaken();
    },
    finish: async (last) => {
      state = last;
      await file.write().catch((error: unknown) => {
        throw new LedgerError(`The last version of ${path} cannot be written (${messageOf(error)}). Free some space.`, {
          cause: error,
        });
      });
    },
  };
}

/** The file's text: JSON, with each signal's counts and what is in flight, so that each line of it adds up by itself. */
export function renderLedger(run: RunDescription, state: RunState, counts: Counts, now: EpochMillis): string {
  const signals = Object.fromEntries(
    SIGNALS.map((signal) => [signal, { ...counts[signal], inFlight: inFlight(counts[signal]) }]),
  );
  const ledger = {
    format: 1,
    runId: run.runId,
    seed: run.seed,
    state,
    startedAt: new Date(run.startedAt).toISOString(),
    updatedAt: new Date(now).toISOString(),
    endpoint: run.endpoint,
    signals,
    settings: run.settings,
  };
  return `${JSON.stringify(ledger, null, 2)}\n`;
}

function explainOpenFailure(path: string, runId: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'EEXIST') {
    return `RUN_ID="${runId}" was used before (${path}): expected an id of its own for each run; leave RUN_ID unset to get one.`;
  }
  return `The delivery ledger ${path} cannot be written (${messageOf(error)}): expected DATA_DIR to be a directory this user may write to, with space left.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
