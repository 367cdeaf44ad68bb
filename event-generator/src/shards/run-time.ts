import { type CatchUpClock, createCatchUpClock } from '../simulation/catch-up-clock.ts';
import type { Clock, EpochMillis } from '../simulation/clock.ts';
import type { Schedule } from '../simulation/phase-machine.ts';
import { createVirtualClock } from '../simulation/virtual-clock.ts';

/** The time a run goes by. Plain data: a thread can be given it. */
export type RunTime =
  /** The machine's. */
  | { readonly kind: 'real' }
  /** From an instant in the past as fast as the work allows, and the machine's from where it has caught up with it. `cycles` of its drops are history. */
  | { readonly kind: 'catch-up'; readonly from: EpochMillis; readonly cycles: number }
  /** One of its own from an instant on, as fast as the work allows, until the last cycle is over. */
  | { readonly kind: 'simulated'; readonly from: EpochMillis };

/** A run's clock. */
export interface RunClock {
  readonly clock: Clock;
  /** Where a time that is not the machine's stands; undefined where it is. */
  simulatedAt(): EpochMillis | undefined;
}

/** The clock of a run that goes by `time`. */
export function clockOf(time: RunTime, wallClock: Clock): RunClock {
  if (time.kind === 'real') return { clock: wallClock, simulatedAt: () => undefined };
  if (time.kind === 'simulated') {
    const clock = createVirtualClock(time.from);
    return { clock, simulatedAt: clock.now };
  }
  const clock: CatchUpClock = createCatchUpClock(time.from, wallClock);
  return { clock, simulatedAt: () => (clock.isLive() ? undefined : clock.now()) };
}

/**
 * The schedule of a run on a time that starts at `from`. Drops have their numbers within the day, so that what is made up to the start
 * of another run has the numbers before it.
 */
export function scheduleFrom(from: EpochMillis): Schedule {
  return { startsAt: from, joinsAt: from, numbers: 'of-the-day' };
}

/** How many cycles a run of `cycles` live ones has in all; 0: no end. */
export function cyclesInAll(time: RunTime, cycles: number): number {
  return time.kind === 'catch-up' && cycles > 0 ? time.cycles + cycles : cycles;
}
