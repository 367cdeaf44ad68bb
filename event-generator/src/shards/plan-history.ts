import { duration } from '../duration.ts';
import type { Backfill } from '../setting.ts';
import { MAX_BACKFILL_MS } from '../settings.ts';
import type { EpochMillis } from '../simulation/clock.ts';

/** What decides how much history a run makes before it goes live. */
export interface HistoryQuestion {
  readonly now: EpochMillis;
  readonly cycleMs: number;
  /** What BACKFILL says. */
  readonly wanted: Backfill;
  /** Whether somebody set it. */
  readonly isAsked: boolean;
  readonly load: number;
  /** Processes of the run. */
  readonly processes: number;
  /** Up to where there is telemetry of other runs. */
  readonly occupied: { readonly runId: string; readonly at: EpochMillis } | undefined;
}

/** Whole drops up to now. */
export interface HistoryPlan {
  /** A whole millisecond: SIMULATE_FROM can make the same history once more. */
  readonly from: EpochMillis;
  readonly cycles: number;
  /** Why they are fewer than wanted, for people. */
  readonly why?: string;
}

/** More than this a small machine may not make faster than time goes by. */
const MAX_LOAD_UNASKED = 8;

/** How much history a run makes: what is wanted, and never over the telemetry of another run. */
export function planHistory(question: HistoryQuestion): HistoryPlan {
  const { now, wanted, cycleMs } = question;
  const to = Math.floor(now);
  const drops = 'drops' in wanted ? wanted.drops : Math.max(1, Math.floor(wanted.ms / cycleMs));
  const most = mostDrops(question, to);
  const cycles = Math.min(drops, most.drops);
  return {
    from: to - cycles * cycleMs,
    cycles,
    ...(cycles < drops && most.why && { why: `${historyOf(cycles)}: ${most.why}.` }),
  };
}

function mostDrops(question: HistoryQuestion, to: EpochMillis): { drops: number; why?: string } {
  const { cycleMs, isAsked, load, processes, occupied } = question;
  if (processes > 1) {
    const why = `${processes} processes have no start in common; set SIMULATE_FROM to make some beforehand`;
    return { drops: 0, ...(isAsked && { why }) };
  }
  if (load > MAX_LOAD_UNASKED && !isAsked) {
    return {
      drops: 0,
      why: `LOAD=${load} may be more than it can catch up with; set BACKFILL to have some all the same`,
    };
  }
  const aDrop = `a drop takes ${duration(cycleMs)}`;
  const kept = Math.floor(MAX_BACKFILL_MS / cycleMs);
  const free = occupied === undefined ? kept : Math.max(0, Math.floor((to - occupied.at) / cycleMs));
  if (occupied === undefined || free >= kept) {
    return { drops: kept, why: `${aDrop}, and none is made that is older than ${duration(MAX_BACKFILL_MS)}` };
  }
  const since = duration(Math.max(0, to - occupied.at));
  return { drops: free, why: `run ${occupied.runId} has telemetry up to ${since} ago, and ${aDrop}` };
}

function historyOf(cycles: number): string {
  if (cycles === 0) return 'No history';
  return cycles === 1 ? 'Only 1 drop of history' : `Only ${cycles.toLocaleString('en-US')} drops of history`;
}
