import type { Clock } from './simulation/clock.ts';

/** How a run is told to end. */
export interface Stop {
  /** Aborted at the first SIGINT or SIGTERM, or when the process that started this one is gone. */
  readonly requested: AbortSignal;
  /** Aborted when the time to end in order is over. */
  readonly overdue: AbortSignal;
}

/** Within 10 s all is over: this, and a moment for the ledger's last word. */
const GRACE_MS = 9_000;

/**
 * Ctrl-C reaches every process of the terminal, and npm and the one that started this one pass it on: what comes within this time
 * is the same wish again.
 */
const ECHO_MS = 300;

/** Listens for signals until the process ends. A second one, once the first has died away, ends it at once with 128 + its number. */
export function listenForStop(clock: Clock): Stop {
  const requested = new AbortController();
  const overdue = new AbortController();
  let requestedAt = 0;

  const stop = () => {
    requestedAt = clock.now();
    requested.abort();
    void clock.sleep(GRACE_MS).then(() => overdue.abort());
  };
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(signal, () => {
      if (!requested.signal.aborted) stop();
      else if (clock.now() - requestedAt > ECHO_MS) process.exit(128 + number);
    });
  }
  process.on('disconnect', () => {
    if (!requested.signal.aborted) stop();
  });
  return { requested: requested.signal, overdue: overdue.signal };
}
