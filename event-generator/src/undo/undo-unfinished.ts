import { join } from 'node:path';
import { StatementError, UnavailableError } from '../commands/clickhouse/failure.ts';
import { openClickHouse } from '../commands/clickhouse/open-clickhouse.ts';
import { openRunStore } from '../commands/verify/stored-rows.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../simulation/clock.ts';
import { RunError } from '../telemetry/ledger/read-ledger.ts';
import { renderUndone, renderWaiting } from './render-undone.ts';
import { undoRun } from './undo-run.ts';
import { unfinishedRuns } from './unfinished-runs.ts';

/** What a run needs that clears up after others. */
export interface UndoUnfinishedOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Deletes what is stored of runs that ended in the middle of their history. Where that fails, it says so and leaves them to the next one. */
export async function undoUnfinished({ config, clock, report, signal }: UndoUnfinishedOptions): Promise<void> {
  // One of several processes does it for all.
  if (config.store === undefined || config.shard.index > 0) return;
  const directory = join(config.dataDir, 'runs');
  const clickhouse = openClickHouse({ config: config.store, command: 'undo', clock });
  try {
    const store = openRunStore(clickhouse, clock, signal);
    for (const run of await unfinishedRuns(directory, clock, signal)) {
      report(`Run ${run.runId} ended in the middle of its history: what is stored of it is deleted first.`);
      const onWaiting = (items: number) => report(renderWaiting(items));
      for (const line of renderUndone(run, await undoRun({ store, directory, run, clock, onWaiting, signal })))
        report(line);
    }
  } catch (error) {
    if (signal.aborted) return;
    const isOthers = error instanceof RunError || error instanceof StatementError || error instanceof UnavailableError;
    if (!isOthers) throw error;
    report(`That has to wait: ${error.message} Later: just undo --unfinished.`);
  } finally {
    await clickhouse.close();
  }
}
