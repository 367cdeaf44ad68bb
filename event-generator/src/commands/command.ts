import { ConfigError } from '../config.ts';
import type { Clock } from '../simulation/clock.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import { RunError } from '../telemetry/ledger/read-ledger.ts';
import { StatementError, UnavailableError } from './clickhouse/failure.ts';
import { ControlAnswerError } from './control/ask-control.ts';

/** A command that was called in a way it does not understand. The message is one line and shows the right one. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What every command gets. */
export interface CommandContext {
  /** What stands behind the command's name. */
  readonly words: readonly string[];
  readonly clock: Clock;
  /** Aborted at Ctrl-C, or when nobody reads the output any more. */
  readonly signal: AbortSignal;
}

/** What runs a command may pass on the Ctrl-C that the terminal has sent to both: two signals for one key. */
const SAME_KEY_MS = 300;

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs a command to its end and sets the exit code: what `main` returns; where it throws, 1 if ClickHouse or the event-generator refused or did not answer and 2 if the
 * command, a setting or the run it names was wrong, with one line on the error output, and 128 + the signal's number if a signal ended it. A reader that went
 * away (`| head`) is no failure. A second signal ends the process at once.
 */
export async function runCommand(main: (context: CommandContext) => Promise<number>): Promise<void> {
  const clock = createRealClock();
  const stop = new AbortController();
  let ended: number | undefined;
  let endedAt = 0;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (ended !== undefined && clock.now() - endedAt > SAME_KEY_MS) process.exit(128 + number);
      if (ended === undefined) [ended, endedAt] = [128 + number, clock.now()];
      stop.abort();
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    ended ??= 0;
    stop.abort();
  });
  try {
    process.exitCode = await main({ words: process.argv.slice(2), clock, signal: stop.signal });
  } catch (error) {
    process.exitCode = ended ?? exitCode(error);
    if (ended === undefined) console.error((error as Error).message);
  }
}

function exitCode(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof RunError) return 2;
  const isOthers =
    error instanceof UnavailableError || error instanceof StatementError || error instanceof ControlAnswerError;
  if (isOthers) return 1;
  throw error;
}
