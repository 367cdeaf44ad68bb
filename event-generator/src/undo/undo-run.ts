import type { RunStore } from '../commands/verify/stored-rows.ts';
import type { Clock } from '../simulation/clock.ts';
import { beginUndo, markUndone } from '../telemetry/ledger/mark-undone.ts';
import type { RecordedRun } from '../telemetry/ledger/read-run.ts';
import { SIGNALS } from '../telemetry/signal.ts';

/** What it takes to undo a run. */
export interface UndoOptions {
  readonly store: RunStore;
  /** The directory of the ledgers. */
  readonly directory: string;
  /** One that is over. */
  readonly run: RecordedRun;
  readonly clock: Clock;
  /** Told once, with their number, when acknowledged items have to be waited for. */
  readonly onWaiting: (items: number) => void;
  readonly signal: AbortSignal;
}

/** What became of a run that was undone. */
export interface Undone {
  /** Rows that were deleted. */
  readonly rows: number;
  /** Acknowledged items that never were a row while one waited for them: the collector may still store them. */
  readonly missing: number;
}

/** How long acknowledged items may take to be stored while not one more is. */
const PATIENCE_MS = 30_000;
/** Nothing more comes of a run that is over when all that was acknowledged is stored and nothing else has been for so long. */
const QUIET_MS = 1_500;
const PAUSE_MS = 500;

/**
 * Deletes what is stored of a run, now and as long as more of it arrives: what a killed event-generator has sent may still be on its way from
 * the collector's disk. The rows of `otel_traces_trace_id_ts` stay, which lead to nothing then. Rejects when `signal` aborts.
 */
export async function undoRun({ store, directory, run, clock, onWaiting, signal }: UndoOptions): Promise<Undone> {
  // Of one that is partly deleted, nobody knows how much was there.
  const acknowledged = run.undoBegun ? 0 : SIGNALS.reduce((sum, name) => sum + run.counts[name].acknowledged, 0);
  const begunAt = clock.now();
  let [deleted, found, growsAt, isTold] = [0, 0, begunAt, false];
  for (;;) {
    signal.throwIfAborted();
    const stored = await countRows(store, run);
    const missing = Math.max(0, acknowledged - deleted - stored);
    const quietMs = missing > 0 ? PATIENCE_MS : QUIET_MS;
    if (deleted + stored > found) [found, growsAt] = [deleted + stored, clock.now()];
    if (clock.now() - growsAt >= quietMs) {
      if (stored === 0) {
        await markUndone(directory, run.runId);
        return { rows: deleted, missing };
      }
      await beginUndo(directory, run.runId);
      await store.remove(run);
      deleted += stored;
      continue;
    }
    if (missing > 0 && !isTold && clock.now() - begunAt > QUIET_MS) {
      isTold = true;
      onWaiting(missing);
    }
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function countRows(store: RunStore, run: RecordedRun): Promise<number> {
  let rows = 0;
  for (const name of SIGNALS) for (const stored of (await store.stored(run, name)).values()) rows += stored;
  return rows;
}
