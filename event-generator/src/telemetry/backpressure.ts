import type { Clock } from '../simulation/clock.ts';
import { inFlight, type SignalCounts } from './ledger/counts.ts';

/** The gate that whoever makes telemetry passes before each unit of work. */
export interface Backpressure {
  /** Resolves when there is room; always after a turn of the event loop, in which exports get on. */
  ready(): Promise<void>;
  /** To be called when items were settled: lets workers on if there is room again. */
  settled(): void;
  /** Lets every worker on, now and from now on: the run is ending. */
  open(): void;
  readonly waitingWorkers: number;
  /** The time all workers together have waited for room so far. */
  waitedSeconds(): number;
}

/** Room is where every one of `counts` has fewer than `limit` items in flight. */
export function createBackpressure(
  counts: readonly Readonly<SignalCounts>[],
  limit: number,
  clock: Clock,
  wallClock: Clock,
): Backpressure {
  let waiting: (() => void)[] = [];
  let opened = false;
  let waitedMs = 0;
  let since = wallClock.now();

  const hasRoom = () => opened || counts.every((signal) => inFlight(signal) < limit);
  const account = () => {
    const now = wallClock.now();
    waitedMs += waiting.length * (now - since);
    since = now;
  };
  const release = () => {
    if (waiting.length === 0 || !hasRoom()) return;
    account();
    const released = waiting;
    waiting = [];
    for (const resume of released) resume();
  };

  return {
    ready: async () => {
      // Before the look at the room, so that on a virtual clock the order of the workers is the same however full it was.
      await clock.sleep(0);
      if (hasRoom()) return;
      account();
      await clock.waitFor(new Promise<void>((resolve) => waiting.push(resolve)));
    },
    settled: release,
    open: () => {
      opened = true;
      release();
    },
    get waitingWorkers() {
      return waiting.length;
    },
    waitedSeconds: () => {
      account();
      return waitedMs / 1000;
    },
  };
}
