import type { EpochMillis } from '../../simulation/clock.ts';
import type { Signal } from '../signal.ts';
import type { Counts } from './counts.ts';

/** How much a run had created by a time of its own. */
export interface Milestone {
  readonly at: EpochMillis;
  /** Items by signal, each at most as old as `at`. */
  readonly created: Readonly<Record<Signal, number>>;
}

const HOUR_MS = 3_600_000;
const MOST = 96;
/** A span is as old as its start, and is created at its end; threads of a run are not at the same time to the millisecond. */
const LONGEST_SPAN_MS = 600_000;

/**
 * Keeps milestones of a run: one for each hour at first, and each time there are 96 of them every second goes, so that a run of any length has
 * few of them, and one for at most every fiftieth of its time. Is shown the counts and how far the run has come, and returns all it keeps.
 */
export function keepMilestones(startedAt: EpochMillis): (counts: Counts, reached: EpochMillis) => readonly Milestone[] {
  let kept: Milestone[] = [];
  let spacing = HOUR_MS;
  let next = startedAt + spacing;
  return (counts, reached) => {
    if (reached < next) return kept;
    kept.push({ at: Math.round(reached), created: createdOf(counts) });
    if (kept.length >= MOST) {
      kept = kept.filter((_, index) => index % 2 === 1);
      spacing *= 2;
    }
    next = reached + spacing;
    return kept;
  };
}

/** The most items of a signal that can be from before `time`, of a run that has created `all` of them by now. */
export function createdBefore(
  time: EpochMillis,
  signal: Signal,
  { startedAt, milestones, all }: { startedAt: EpochMillis; milestones: readonly Milestone[]; all: number },
): number {
  if (time <= startedAt) return 0;
  return milestones.find(({ at }) => at >= time + LONGEST_SPAN_MS)?.created[signal] ?? all;
}

function createdOf({ traces, logs, metrics }: Counts): Record<Signal, number> {
  return { traces: traces.created, logs: logs.created, metrics: metrics.created };
}
