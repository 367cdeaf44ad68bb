import type { Clock } from './clock.ts';

/**
 * A clock that follows the machine's: anchored to the Unix epoch once, then driven by the monotonic timer, so that a
 * correction of the system's time never makes a span end before it started. Sleeps are exact to about a millisecond,
 * the grain of the event loop's timers.
 */
export function createRealClock(): Clock {
  const anchor = performance.timeOrigin;
  return {
    now: () => anchor + performance.now(),
    sleep,
    waitFor: (outside) => outside,
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    if (signal === undefined) return after(ms, resolve);
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, timerMillis(ms));
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** A timer never waits less than 1 ms; half of that and less is nearer to the next turn of the event loop. */
function after(ms: number, wake: () => void): void {
  if (ms < 0.5) setImmediate(wake);
  else setTimeout(wake, timerMillis(ms));
}

/** Whole and not negative: a process that has no time to spare asks for a sleep that should be over, of which Node would warn. */
function timerMillis(ms: number): number {
  return Math.max(0, Math.round(ms));
}
