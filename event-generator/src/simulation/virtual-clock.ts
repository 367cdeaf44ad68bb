import type { Clock, EpochMillis } from './clock.ts';
import { createWakeUps, type WakeUp, type WakeUps } from './wake-ups.ts';

/** Wake-ups between two turns of the event loop, so that a long simulation starves neither I/O nor timers. */
const WAKE_UPS_A_TURN = 256;

/** Where a virtual clock ends: it never jumps past an instant that moves on by itself. */
export interface Horizon {
  now(): EpochMillis;
  /** The next wake-up lies beyond it: all sleepers, in the order they are due. The clock will not wake them. */
  reached(sleepers: readonly WakeUp[]): void;
}

/**
 * A clock that stands still while there is work to do, and jumps to the next wake-up when all of it waits. Sleepers wake
 * in the exact order of their times, equal times in the order they were asked for, and everything one of them sets off
 * through promises has settled before the next one wakes. It knows nothing of I/O but what `waitFor` tells it: whatever else waits
 * for the network or for the disk misses the jumps made meanwhile.
 */
export function createVirtualClock(start: EpochMillis, horizon?: Horizon): Clock {
  const wakeUps = createWakeUps();
  let now = start;
  let asked = 0;
  let woken = 0;
  let running = false;
  let holds = 0;

  // A tick asked for among promise jobs runs when none of them is left: that is what makes a jump safe. Asked for in a
  // tick, it would run before them.
  const settled = Promise.resolve();
  const jumpOnceSettled = () => process.nextTick(jump);
  const schedule = () => {
    if (++woken % WAKE_UPS_A_TURN === 0) setImmediate(jump);
    else void settled.then(jumpOnceSettled);
  };

  const jump = () => {
    if (holds > 0) {
      running = false;
      return;
    }
    const next = wakeUps.next();
    if (next === undefined) {
      running = false;
      return;
    }
    if (horizon !== undefined && next.at > horizon.now()) {
      horizon.reached([next, ...rest(wakeUps)]);
      return;
    }
    now = next.at;
    next.wake();
    schedule();
  };

  const run = () => {
    if (running) return;
    running = true;
    schedule();
  };

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wakeUp: WakeUp = { at: now + Math.max(0, ms), order: asked++, wake: resolve, cancelled: false };
      wakeUps.add(signal === undefined ? wakeUp : abortable(wakeUp, signal));
      run();
    });
  };

  const waitFor = async <T>(outside: Promise<T>): Promise<T> => {
    holds++;
    try {
      return await outside;
    } finally {
      holds--;
      run();
    }
  };

  return { now: () => now, sleep, waitFor };
}

function* rest(wakeUps: WakeUps): Generator<WakeUp, void, void> {
  for (let next = wakeUps.next(); next !== undefined; next = wakeUps.next()) yield next;
}

function abortable(wakeUp: WakeUp, signal: AbortSignal): WakeUp {
  const cancel = () => {
    guarded.cancelled = true;
    wakeUp.wake();
  };
  const wake = () => {
    signal.removeEventListener('abort', cancel);
    wakeUp.wake();
  };
  const guarded: WakeUp = { ...wakeUp, wake, signal };
  signal.addEventListener('abort', cancel, { once: true });
  return guarded;
}
