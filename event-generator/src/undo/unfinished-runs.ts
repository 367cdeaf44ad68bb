import type { EpochMillis } from '../simulation/clock.ts';
import { keptRuns } from '../telemetry/ledger/kept-runs.ts';
import { type RecordedRun, readRun } from '../telemetry/ledger/read-run.ts';

/**
 * The runs whose ledgers are in `directory` that ended in the middle of their history, by a stop or by their death, or whose undoing did. `now` is the
 * machine's time.
 */
export async function unfinishedRuns(directory: string, now: () => EpochMillis): Promise<RecordedRun[]> {
  const unfinished: RecordedRun[] = [];
  const ids = (await keptRuns(directory, 0)).filter((run) => run.isCutShort || run.saysItRuns || run.undoBegun);
  for (const runId of new Set(ids.map(({ runId }) => runId))) {
    const run = await readRun(directory, runId, now);
    if (isUnfinished(run)) unfinished.push(run);
  }
  return unfinished;
}

function isUnfinished({ state, history, undoBegun }: RecordedRun): boolean {
  if (state === 'running' || state === 'undone') return false;
  if (undoBegun) return true;
  if (history === undefined) return false;
  if (history.reached < history.to) return true;
  // Its time was over, and not all of it delivered.
  return state === 'killed' && !history.goesLive;
}
