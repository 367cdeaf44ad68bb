import type { Clock } from '../simulation/clock.ts';

/** How fast something grows. */
export interface Rate {
  /** Over the last few seconds; 0 before the first of them is over. */
  perSecond(): number;
}

const SAMPLE_EVERY_MS = 1_000;
const SAMPLES = 6;

/** Looks at `count` every second until `signal` aborts. */
export function followRate(clock: Clock, count: () => number, signal: AbortSignal): Rate {
  const samples = [{ at: clock.now(), count: count() }];
  const follow = async () => {
    for (;;) {
      await clock.sleep(SAMPLE_EVERY_MS, signal);
      if (signal.aborted) return;
      samples.push({ at: clock.now(), count: count() });
      if (samples.length > SAMPLES) samples.shift();
    }
  };
  void follow();
  return {
    perSecond: () => {
      const [first, last] = [samples[0], samples.at(-1)];
      if (first === undefined || last === undefined || first === last) return 0;
      return ((last.count - first.count) * 1000) / (last.at - first.at);
    },
  };
}
