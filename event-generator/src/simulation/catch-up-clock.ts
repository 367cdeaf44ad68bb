import type { Clock, EpochMillis } from './clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** A clock that begins in the past and ends up as the machine's. */
export interface CatchUpClock extends Clock {
  /** Whether it has caught up. */
  isLive(): boolean;
}

/**
 * A virtual clock from `from` on that never gets ahead of `wallClock`: as soon as the next wake-up lies in the machine's future, all sleepers
 * go on asleep by the machine's time, and this clock is that one for good. Where the work takes longer than the time it stands for, it never
 * catches up.
 */
export function createCatchUpClock(from: EpochMillis, wallClock: Clock): CatchUpClock {
  let isLive = false;
  const past = createVirtualClock(from, {
    now: wallClock.now,
    reached: (sleepers) => {
      isLive = true;
      for (const { at, signal, wake } of sleepers) void wallClock.sleep(at - wallClock.now(), signal).then(wake);
    },
  });
  const present = () => (isLive ? wallClock : past);
  return {
    now: () => present().now(),
    sleep: (ms, signal) => present().sleep(ms, signal),
    waitFor: (outside) => present().waitFor(outside),
    isLive: () => isLive,
  };
}
