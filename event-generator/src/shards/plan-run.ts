import { join } from 'node:path';
import type { Config } from '../config.ts';
import { MAX_BACKFILL_MS } from '../settings.ts';
import type { EpochMillis } from '../simulation/clock.ts';
import { cycleMs as lengthOf } from '../simulation/phase-machine.ts';
import { phaseRows } from '../snkrs/drop-settings.ts';
import { latestEnd } from '../telemetry/ledger/latest-end.ts';
import { RunError } from '../telemetry/ledger/read-ledger.ts';
import type { History } from '../telemetry/ledger/render-ledger.ts';
import { planHistory } from './plan-history.ts';
import type { RunTime } from './run-time.ts';

/** When a run takes place. */
export interface RunPlan {
  readonly time: RunTime;
  /** No telemetry of it is older. */
  readonly startedAt: EpochMillis;
  /** What it makes up; undefined where it is all live. */
  readonly history: (History & { readonly cycles: number }) | undefined;
  /** Why there is less history than wanted, for people. */
  readonly why?: string | undefined;
}

/** Plans a run that starts `now`. */
export async function planRun(config: Config, now: EpochMillis): Promise<RunPlan> {
  const cycleMs = lengthOf(phaseRows(config));
  if (config.simulateFrom !== undefined) {
    const [from, cycles] = [config.simulateFrom, config.cycles];
    const history = { from, to: from + cycles * cycleMs, cycles, goesLive: false };
    // The generator's own telemetry is of now.
    return { time: { kind: 'simulated', from }, startedAt: Math.min(from, now), history };
  }
  const { from, cycles, why } = planHistory({
    now,
    cycleMs,
    wanted: config.backfill,
    isAsked: config.asksForBackfill,
    load: config.load,
    processes: config.shard.count,
    occupied: await occupied(config, now),
  });
  if (cycles === 0) return { time: { kind: 'real' }, startedAt: now, history: undefined, why };
  const history = { from, to: from + cycles * cycleMs, cycles, goesLive: true };
  return { time: { kind: 'catch-up', from, cycles }, startedAt: from, history, why };
}

async function occupied({ dataDir, backfill }: Config, now: EpochMillis) {
  if ('drops' in backfill && backfill.drops === 0) return undefined;
  return latestEnd(join(dataDir, 'runs'), now - MAX_BACKFILL_MS).catch((error: unknown) => {
    // Whoever cannot read the directory cannot write a ledger there either, and says so then.
    if (error instanceof RunError) return undefined;
    throw error;
  });
}
