import type { EpochMillis } from '../../simulation/clock.ts';

/** A trouble that comes and goes, as it is told to people: when it has lasted a while, and when it is over. */
export interface Episode {
  /** True when it is to be told of now: it lasts, and has not been told. */
  failed(now: EpochMillis): boolean;
  /** Something went well. How many seconds it lasted, when it is over by that and was told of. */
  succeeded(now: EpochMillis): number | undefined;
}

/** How an {@link Episode} is recognised. */
export interface EpisodeOptions {
  /** Failures over a shorter time are nothing to bother people with: the retry took care of them. */
  readonly toldAfterMs: number;
  /** It is over when something goes well so long after the last failure; 0: at the first success. */
  readonly calmMs: number;
}

/** An episode that has not begun. */
export function createEpisode({ toldAfterMs, calmMs }: EpisodeOptions): Episode {
  let first: EpochMillis | undefined;
  let last = 0;
  let isTold = false;
  return {
    failed: (now) => {
      first ??= now;
      last = now;
      if (isTold || now - first < toldAfterMs) return false;
      isTold = true;
      return true;
    },
    succeeded: (now) => {
      if (first === undefined || now - last < calmMs) return undefined;
      const end = calmMs === 0 ? now : last;
      const seconds = isTold ? (end - first) / 1000 : undefined;
      first = undefined;
      isTold = false;
      return seconds;
    },
  };
}
