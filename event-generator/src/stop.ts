import type { Clock } from './simulation/clock.ts';

/** What tells a run to end. */
export interface StopSignals {
  /**
   * Aborted at the first SIGINT, SIGTERM or SIGHUP, when the process that forked this one is gone, or when nobody reads
   * its output any more.
   */
  readonly requested: AbortSignal;
  /** Aborted when the time to end in order is over. */
  readonly overdue: AbortSignal;
}

/** How a run is told to end. */
export interface Stop extends StopSignals {
  /** Asks for the end as a signal would. */
  request(): void;
}

/** Within 10 s all is over: this, and a moment for the ledger's last word. */
const GRACE_MS = 9_000;

/** npm passes on the Ctrl-C that the terminal has sent to both it and us: two signals for one key. */
const SAME_KEY_MS = 300;

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Listens from now on. A second signal ends the process at once, with 128 + its number as the exit code. */
export function listenForStop(clock: Clock): Stop {
  let requestedAt = 0;
  const stop = createStop(clock, () => {
    requestedAt = clock.now();
  });
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (stop.requested.aborted && clock.now() - requestedAt > SAME_KEY_MS) process.exit(128 + number);
      stop.request();
    });
  }
  process.on('disconnect', stop.request);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stop.request);
  return stop;
}

/** Tells a run to end when `signal` aborts. */
export function stopAt(signal: AbortSignal, clock: Clock): Stop {
  const stop = createStop(clock);
  signal.addEventListener('abort', stop.request, { once: true });
  if (signal.aborted) stop.request();
  return stop;
}

function createStop(clock: Clock, onRequest: () => void = () => {}): Stop {
  const requested = new AbortController();
  const overdue = new AbortController();
  const request = () => {
    if (requested.signal.aborted) return;
    onRequest();
    requested.abort();
    void clock.sleep(GRACE_MS).then(() => overdue.abort());
  };
  return { requested: requested.signal, overdue: overdue.signal, request };
}
