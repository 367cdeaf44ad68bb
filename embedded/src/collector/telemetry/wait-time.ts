/** How long all who waited for one thing have waited together. Its rate is how many wait, on average. */
export interface WaitTime {
  begin(): void;
  end(): void;
  /** Counts the time until `work` is settled. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Those who wait at present included. */
  seconds(): number;
}

/** Nobody has waited yet. */
export function createWaitTime(): WaitTime {
  let waiting = 0;
  let millis = 0;
  let since = performance.now();
  const account = () => {
    const now = performance.now();
    millis += waiting * (now - since);
    since = now;
  };
  const change = (by: 1 | -1) => {
    account();
    waiting += by;
  };
  return {
    begin: () => change(1),
    end: () => change(-1),
    during: async (work) => {
      change(1);
      try {
        return await work;
      } finally {
        change(-1);
      }
    },
    seconds: () => {
      account();
      return millis / 1000;
    },
  };
}
