import type { Clock } from '../simulation/clock.ts';
import { keptRuns } from '../telemetry/ledger/kept-runs.ts';
import { type RecordedRun, readRun } from '../telemetry/ledger/read-run.ts';

/** Longer than it takes until a ledger that nobody writes any more counts as that of a killed run. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 500;

/**
 * The runs whose ledgers are in `directory` that ended in the middle of their history, by a stop or by their death, or whose undoing did. One that was
 * killed a moment ago may look alive, as long as its process is not gone: it is watched until it writes its ledger, or should have, or until
 * `signal` aborts. `clock` is the machine's.
 */
export async function unfinishedRuns(directory: string, clock: Clock, signal: AbortSignal): Promise<RecordedRun[]> {
  const unfinished: RecordedRun[] = [];
  const ids = (await keptRuns(directory, 0)).filter((run) => run.isCutShort || run.saysItRuns || run.undoBegun);
  for (const runId of new Set(ids.map(({ runId }) => runId))) {
    const run = await watch(directory, runId, clock, signal);
    if (isUnfinished(run)) unfinished.push(run);
  }
  return unfinished;
}

async function watch(directory: string, runId: string, clock: Clock, signal: AbortSignal): Promise<RecordedRun> {
  const first = await readRun(directory, runId, clock.now);
  const patience = clock.now() + PATIENCE_MS;
  let run = first;
  while (isMakingHistory(run) && run.updatedAt === first.updatedAt && clock.now() < patience) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) break;
    run = await readRun(directory, runId, clock.now);
  }
  return run;
}

function isMakingHistory({ state, history }: RecordedRun): boolean {
  return state === 'running' && history !== undefined && (history.reached < history.to || !history.goesLive);
}

function isUnfinished({ state, history, undoBegun }: RecordedRun): boolean {
  if (state === 'running' || state === 'undone') return false;
  if (undoBegun) return true;
  if (history === undefined) return false;
  if (history.reached < history.to) return true;
  // Its time was over, and not all of it delivered.
  return state === 'killed' && !history.goesLive;
}
