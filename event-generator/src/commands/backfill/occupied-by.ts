import type { EpochMillis } from '../../simulation/clock.ts';
import { keptRuns } from '../../telemetry/ledger/kept-runs.ts';
import { readRun } from '../../telemetry/ledger/read-run.ts';
import type { Occupied } from './plan-backfill.ts';

/** The times that the runs in `directory` have telemetry of; of those that go on, up to now. `now` is the machine's. */
export async function occupiedBy(directory: string, now: () => EpochMillis): Promise<Occupied[]> {
  const occupied: Occupied[] = [];
  for (const { runId, from, to, saysItRuns } of await keptRuns(directory, 0)) {
    const isRunning = saysItRuns && (await readRun(directory, runId, now)).state === 'running';
    occupied.push({ runId, from, to: isRunning ? Math.max(to, now()) : to, isRunning });
  }
  return occupied;
}
