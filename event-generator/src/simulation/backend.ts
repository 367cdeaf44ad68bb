import type { Clock, EpochMillis } from './clock.ts';

/** What a backend can take. */
export interface BackendSpec {
  /** Calls served at the same time; more wait in line. */
  readonly capacity: number;
  /** Calls that may wait; more are refused at once. */
  readonly queue: number;
  /** How long a call waits before it gives up, in milliseconds. */
  readonly timeout: number;
  /** How much longer a call takes when every slot is in use than when it is alone: 0 not at all, 1 twice as long. */
  readonly slowdown: number;
}

/** How a wait for a slot ended; only the holder of a `granted` one must release it. */
export type Admission = 'granted' | 'timed-out' | 'refused';

/** A resource of finite capacity, first come, first served: a connection pool, a thread pool, a rate-limited API. */
export interface Backend {
  readonly spec: BackendSpec;
  /** Slots in use. */
  readonly inUse: number;
  /** Calls in line. */
  readonly waiting: number;
  /** Calls that gave up waiting or were refused, since the start. */
  readonly rejected: number;
  /** Takes a slot if one is free and nobody is in line: the fast path, without a promise. */
  tryAcquire(): boolean;
  /** Waits in line for a slot. */
  acquire(): Promise<Admission>;
  /** Gives a slot back, or hands it to the first in line. */
  release(): void;
  /** By how much the present load stretches a call's own time: 1 when idle. */
  stretch(): number;
  /** Holds so many slots, at most all, as a leak does: free ones at once, further ones as calls would give them back. 0 gives all back. */
  occupy(slots: number): void;
  /** Makes every call take so many times as long from now on. */
  slowDown(times: number): void;
}

interface Waiter {
  readonly deadline: EpochMillis;
  readonly admit: (admission: Admission) => void;
}

/** A backend of `spec`, idle. */
export function createBackend(clock: Clock, spec: BackendSpec): Backend {
  const line: Waiter[] = [];
  let inUse = 0;
  let rejected = 0;
  let watching = false;
  let occupied = 0;
  let toOccupy = 0;
  let slowness = 1;

  // All wait equally long, so the first in line is the first to give up: one timer serves the whole line.
  const watch = async () => {
    watching = true;
    for (let first = line[0]; first !== undefined; first = line[0]) {
      await clock.sleep(first.deadline - clock.now());
      while (line[0] !== undefined && line[0].deadline <= clock.now()) {
        rejected++;
        line.shift()?.admit('timed-out');
      }
    }
    watching = false;
  };

  const acquire = (): Promise<Admission> => {
    if (tryAcquire()) return Promise.resolve('granted');
    if (line.length >= spec.queue) {
      rejected++;
      return Promise.resolve('refused');
    }
    return new Promise((admit) => {
      line.push({ deadline: clock.now() + spec.timeout, admit });
      if (!watching) void watch();
    });
  };

  const tryAcquire = (): boolean => {
    if (inUse >= spec.capacity || line.length > 0) return false;
    inUse++;
    return true;
  };

  const giveBack = () => {
    const next = line.shift();
    if (next === undefined) inUse--;
    else next.admit('granted');
  };

  const release = () => {
    if (occupied < toOccupy) occupied++;
    else giveBack();
  };

  const occupy = (slots: number) => {
    toOccupy = slots;
    for (; occupied > toOccupy; occupied--) giveBack();
    while (occupied < toOccupy && tryAcquire()) occupied++;
  };

  return {
    spec,
    get inUse() {
      return inUse;
    },
    get waiting() {
      return line.length;
    },
    get rejected() {
      return rejected;
    },
    tryAcquire,
    acquire,
    release,
    // What is only held keeps nobody busy.
    stretch: () => slowness * (1 + (spec.slowdown * Math.max(0, inUse - occupied - 1)) / spec.capacity),
    occupy,
    slowDown: (times) => {
      slowness = times;
    },
  };
}
