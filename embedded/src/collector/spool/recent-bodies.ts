import type { Tuning } from '../tuning.ts';

/** The digests of the bodies accepted lately. */
export interface RecentBodies {
  has(digest: string): boolean;
  add(digest: string): void;
  delete(digest: string): void;
}

/**
 * Remembers each digest for at least `retryWindowMillis`, as long as not more than `retryWindowBodies` come in that time,
 * and for at most twice as long: two generations, of which the older is forgotten as a whole.
 *
 * A client whose acknowledgement got lost sends the very same bytes again. The same bytes never mean two facts: spans have
 * ids, log records and data points have times.
 */
export function createRecentBodies(tuning: Tuning): RecentBodies {
  let older = new Set<string>();
  let newer = new Set<string>();
  let newerSince = performance.now();
  return {
    has: (digest) => newer.has(digest) || older.has(digest),
    add: (digest) => {
      const isOld = performance.now() - newerSince > tuning.retryWindowMillis;
      if (isOld || newer.size >= tuning.retryWindowBodies / 2) {
        older = newer;
        newer = new Set();
        newerSince = performance.now();
      }
      newer.add(digest);
    },
    delete: (digest) => {
      newer.delete(digest);
      older.delete(digest);
    },
  };
}
