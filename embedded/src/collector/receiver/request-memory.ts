/** A share of the memory for requests. */
export interface MemoryShare {
  /** Gives back what is above `bytes`: the request turned out to be that small. */
  shrinkTo(bytes: number): void;
  /** Gives back the rest; later calls do nothing. */
  release(): void;
}

/** The memory that requests being received, and not yet on disk, may take up together. */
export interface RequestMemory {
  /** Resolves, first come first served, when `bytes` are free. Rejects, giving its place up, when `signal` aborts. */
  reserve(bytes: number, signal: AbortSignal): Promise<MemoryShare>;
}

interface Waiting {
  readonly bytes: number;
  readonly grant: (share: MemoryShare) => void;
}

/** A memory of `limit` bytes; one request alone may be larger than that. */
export function createRequestMemory(limit: number): RequestMemory {
  let used = 0;
  const queue: Waiting[] = [];

  const share = (bytes: number): MemoryShare => {
    let held = bytes;
    const shrinkTo = (to: number) => {
      if (to >= held) return;
      used -= held - to;
      held = to;
      grantNext();
    };
    return { shrinkTo, release: () => shrinkTo(0) };
  };

  const grantNext = () => {
    while (queue[0] !== undefined && (used === 0 || used + queue[0].bytes <= limit)) {
      const { bytes, grant } = queue.shift()!;
      used += bytes;
      grant(share(bytes));
    }
  };

  return {
    reserve: (bytes, signal) =>
      new Promise((resolve, reject) => {
        const waiting: Waiting = {
          bytes,
          grant: (granted) => {
            signal.removeEventListener('abort', giveUp);
            resolve(granted);
          },
        };
        const giveUp = () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal.reason);
          grantNext();
        };
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        signal.addEventListener('abort', giveUp, { once: true });
        queue.push(waiting);
        grantNext();
      }),
  };
}
