/** What one request takes of the memory for requests. */
export interface MemoryShare {
  /**
   * Takes `bytes` more. Undefined when they were free; otherwise resolves, first come first served, when they are.
   * Rejects with {@link ShareReleased} when the share is released meanwhile.
   */
  grow(bytes: number): Promise<void> | undefined;
  /** Gives everything back; later calls do nothing. */
  release(): void;
}

/** The memory that requests being received, and not yet on disk, may take up together. */
export interface RequestMemory {
  /** A share of nothing yet: a request takes what has come of it, whatever it says is to come. */
  share(): MemoryShare;
}

/** The request is over, and what waited for memory for it has nothing left to do. */
export class ShareReleased extends Error {
  override readonly name = 'ShareReleased';
}

interface Holder {
  bytes: number;
  isReleased: boolean;
}

interface Waiting {
  readonly holder: Holder;
  readonly bytes: number;
  readonly granted: PromiseWithResolvers<void>;
}

/**
 * A memory of `limit` bytes. When all of it is held by requests that wait for more, the one that waits longest gets what it
 * asks for beyond the limit until it is complete, so that they don't wait for each other: the bound is `limit` and one
 * request.
 */
export function createRequestMemory(
  limit: number,
  during: <T>(wait: Promise<T>) => Promise<T> = (wait) => wait,
): RequestMemory {
  let used = 0;
  let favoured: Holder | undefined;
  let queue: Waiting[] = [];

  const take = (holder: Holder, bytes: number) => {
    used += bytes;
    holder.bytes += bytes;
  };

  const grantNext = () => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (used + next.bytes > limit) favoured ??= next.holder;
      if (used + next.bytes > limit && next.holder !== favoured) return;
      queue.shift();
      take(next.holder, next.bytes);
      next.granted.resolve();
    }
  };

  const grow = (holder: Holder, bytes: number): Promise<void> | undefined => {
    if (holder.isReleased) return Promise.reject(new ShareReleased('the request is over'));
    if (holder === favoured || (queue.length === 0 && used + bytes <= limit)) {
      take(holder, bytes);
      return undefined;
    }
    const granted = Promise.withResolvers<void>();
    queue.push({ holder, bytes, granted });
    grantNext();
    return during(granted.promise);
  };

  const release = (holder: Holder) => {
    if (holder.isReleased) return;
    holder.isReleased = true;
    used -= holder.bytes;
    if (favoured === holder) favoured = undefined;
    const gone = queue.filter((waiting) => waiting.holder === holder);
    queue = queue.filter((waiting) => waiting.holder !== holder);
    for (const { granted } of gone) granted.reject(new ShareReleased('the request is over'));
    grantNext();
  };

  return {
    share: () => {
      const holder: Holder = { bytes: 0, isReleased: false };
      return { grow: (bytes) => grow(holder, bytes), release: () => release(holder) };
    },
  };
}
