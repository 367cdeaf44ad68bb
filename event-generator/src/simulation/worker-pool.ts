import pLimit from 'p-limit';

/** Workers that repeat a job, as many at a time as the pool's size says. */
export interface WorkerPool {
  /** Workers the pool should have. */
  readonly size: number;
  /** Workers at a job. After the pool has shrunk, more than its size until those too many have finished theirs. */
  readonly active: number;
  /** Changes the size, at once upwards; downwards, each worker too many leaves after its job. */
  resize(size: number): void;
  /** No more jobs: resolves when the present ones have ended. Rejects with the first error a job ended in. */
  drain(): Promise<void>;
}

/**
 * A pool of size 0. `job` is one unit of work; `worker` is the number of who does it, from 0: the lowest free one, so
 * that a pool of n always consists of workers 0 to n-1. A job that throws closes the pool, and `onError` hears of it.
 */
export function createWorkerPool(
  job: (worker: number) => Promise<void>,
  onError: (error: unknown) => void = () => {},
): WorkerPool {
  const limit = pLimit(1);
  const busy: boolean[] = [];
  let size = 0;
  let failure: { error: unknown } | undefined;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  const run = async () => {
    const worker = lowestFree(busy);
    busy[worker] = true;
    try {
      // A worker above the size has come too late: the pool shrank while it was in line.
      if (worker < size) await job(worker);
    } catch (error) {
      failure ??= { error };
      size = 0;
      onError(error);
    }
    busy[worker] = false;
  };

  const enlist = () => {
    if (limit.activeCount + limit.pendingCount === 0) idle = Promise.withResolvers<void>();
    void limit(run).then(() => queueMicrotask(settle));
  };

  const settle = () => {
    if (limit.activeCount + limit.pendingCount < size) enlist();
    else if (limit.activeCount + limit.pendingCount === 0) idle.resolve();
  };

  return {
    get size() {
      return size;
    },
    get active() {
      return limit.activeCount;
    },
    resize(next) {
      if (!Number.isInteger(next) || next < 0) {
        throw new RangeError(`worker pool resized to ${next}: expected a whole number from 0 up`);
      }
      if (failure) return;
      size = next;
      limit.concurrency = Math.max(1, next);
      while (limit.activeCount + limit.pendingCount < size) enlist();
    },
    async drain() {
      size = 0;
      if (limit.activeCount + limit.pendingCount > 0) await idle.promise;
      if (failure) throw failure.error;
    },
  };
}

function lowestFree(busy: readonly boolean[]): number {
  const free = busy.indexOf(false);
  return free === -1 ? busy.length : free;
}
