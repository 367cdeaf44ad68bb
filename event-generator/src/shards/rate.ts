import type { Clock } from '../simulation/clock.ts';

/** How fast something grows. */
export interface Rate {
  /** Over the last few seconds; 0 before the first of them is over. */
  perSecond(): number;
}

const SAMPLE_EVERY_MS = 1_000;
const SAMPLES = 6;

/**
 * Looks at `count` every second until `signal` aborts. When `isLive` changes it begins anew: what a run makes up in a second says nothing
 * of what it makes in one afterwards.
 */
export function followRate(clock: Clock, count: () => number, isLive: () => boolean, signal: AbortSignal): Rate {
  const sample = () => ({ at: clock.now(), count: count(), isLive: isLive() });
  let samples = [sample()];
  const follow = async () => {
    for (;;) {
      await clock.sleep(SAMPLE_EVERY_MS, signal);
      if (signal.aborted) return;
      const last = sample();
      samples = [...samples.filter((one) => one.isLive === last.isLive), last].slice(-SAMPLES);
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
