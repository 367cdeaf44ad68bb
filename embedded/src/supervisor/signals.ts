/** npm passes the Ctrl-C on that the terminal has sent to both it and us: two signals for one key. */
const SAME_KEY_MS = 500;

/** What to do when somebody wants the stack to end. */
export interface SignalHandlers {
  /** The first signal. */
  stop(): void;
  /** A further one: somebody is tired of waiting. */
  kill(): void;
}

/** Follows SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal was closed) from now on. */
export function watchSignals({ stop, kill }: SignalHandlers): void {
  let first: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      stop();
    } else if (now - first > SAME_KEY_MS) {
      kill();
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
}
