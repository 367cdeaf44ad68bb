import type { EpochMillis } from '../../simulation/clock.ts';
import { keptRuns } from './kept-runs.ts';

/** Up to where there is telemetry of a run. */
export interface RunEnd {
  readonly runId: string;
  readonly at: EpochMillis;
}

/** The latest end of the runs whose ledgers are in `directory`; undefined where none has telemetry from after `since`. */
export async function latestEnd(directory: string, since: EpochMillis): Promise<RunEnd | undefined> {
  let latest: RunEnd | undefined;
  for (const { runId, to } of await keptRuns(directory, since)) {
    if (to > (latest?.at ?? since)) latest = { runId, at: to };
  }
  return latest;
}
