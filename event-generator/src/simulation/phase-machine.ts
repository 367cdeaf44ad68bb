import type { Clock, EpochMillis } from './clock.ts';

/** A stretch of a cycle. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

/** A phase as it happens. */
export interface PhaseTurn<P extends Phase> {
  readonly cycle: Cycle;
  readonly phase: P;
  /** Later than the phase's own start where it was joined in the middle. */
  readonly startsAt: EpochMillis;
  readonly endsAt: EpochMillis;
}

/** A round through all phases. */
export interface Cycle {
  /** Counts from 1: from the schedule's first one, or within the UTC day. */
  readonly number: number;
  readonly startsAt: EpochMillis;
}

/** When cycles start. All who go by the same schedule are in the same phase of the same cycle at the same time. */
export interface Schedule {
  /** When the first cycle starts, or started. */
  readonly startsAt: EpochMillis;
  /** Whoever goes by the schedule comes in here: what was over by then is left out, the phase that was on is joined. */
  readonly joinsAt: EpochMillis;
  readonly numbers: 'from-1' | 'of-the-day';
}

const DAY_MS = 86_400_000;

/** The schedule of a simulation that has its time to itself: the first cycle, number 1, starts at `now`. */
export function startingNow(now: EpochMillis): Schedule {
  return { startsAt: now, joinsAt: now, numbers: 'from-1' };
}

/**
 * The schedule that machines agree on without talking to each other: cycles start at the multiples of their length since the Unix
 * epoch, and their numbers count them within the UTC day. Joined at `now`.
 */
export function byTheClock(now: EpochMillis, phases: readonly Phase[]): Schedule {
  const length = cycleMs(phases);
  return { startsAt: Math.floor(now / length) * length, joinsAt: now, numbers: 'of-the-day' };
}

/** The cycle in which the schedule is joined. */
export function firstCycle(schedule: Schedule, phases: readonly Phase[]): Cycle {
  return cycleAt(schedule, phases, 1, schedule.startsAt);
}

/**
 * Goes through `phases` in order, over and over: yields each at its start and, asked for the next one, sleeps until it
 * is over. The times are sums from the first start, so that no delay adds up. Ends after `cycles` rounds (0: never), or
 * when `signal` aborts.
 */
export async function* phaseTurns<P extends Phase>(
  clock: Clock,
  phases: readonly P[],
  schedule: Schedule,
  cycles: number,
  signal: AbortSignal,
): AsyncGenerator<PhaseTurn<P>, void, void> {
  let startsAt = schedule.startsAt;
  for (let round = 1; cycles === 0 || round <= cycles; round++) {
    const cycle = cycleAt(schedule, phases, round, startsAt);
    for (const phase of phases) {
      const endsAt = startsAt + phaseMs(phase);
      if (endsAt > schedule.joinsAt) {
        yield { cycle, phase, startsAt: Math.max(startsAt, schedule.joinsAt), endsAt };
        await clock.sleep(endsAt - clock.now(), signal);
        if (signal.aborted) return;
      }
      startsAt = endsAt;
    }
  }
}

function cycleAt({ numbers }: Schedule, phases: readonly Phase[], round: number, startsAt: EpochMillis): Cycle {
  return { number: numbers === 'from-1' ? round : 1 + Math.floor((startsAt % DAY_MS) / cycleMs(phases)), startsAt };
}

/** How long a cycle takes, in whole milliseconds. */
export function cycleMs(phases: readonly Phase[]): number {
  return phases.reduce((sum, phase) => sum + phaseMs(phase), 0);
}

/** Whole milliseconds: sums of fractions would differ with where one starts to add. */
function phaseMs({ seconds }: Phase): number {
  return Math.max(1, Math.round(seconds * 1000));
}
