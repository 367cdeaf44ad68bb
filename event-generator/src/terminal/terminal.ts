import type { Clock } from '../simulation/clock.ts';
import {
  type DropEndLines,
  type DropLines,
  type PhaseLines,
  type RunLines,
  renderDrop,
  renderDropEnd,
  renderPhase,
  renderRun,
  renderStatus,
  type StatusLine,
} from './lines.ts';
import { createPalette } from './palette.ts';

/** Where lines go; `process.stdout` and `process.stderr` are such. */
export interface LineSink {
  write(text: string): unknown;
  /** Whether people see it, and what is written can be replaced. */
  readonly isTTY?: boolean;
}

/** What people see of a run: plain lines, each true when it was printed. */
export interface Terminal {
  runStarted(run: RunLines): void;
  dropStarted(drop: DropLines): void;
  phaseStarted(phase: PhaseLines): void;
  dropEnded(summary: DropEndLines): void;
  /** A thing people should know, with a time: to the error output. */
  warn(line: string): void;
  /** Lines as they are. */
  print(lines: readonly string[]): void;
  /**
   * A line that takes the place of the one shown before, and goes when anything else is printed; undefined takes it away. Nothing where
   * lines cannot be replaced: it returns false.
   */
  show(line: string | undefined): boolean;
  /** Prints a status line every 5 s until `signal` aborts. */
  follow(status: () => StatusLine, signal: AbortSignal): Promise<void>;
}

const STATUS_EVERY_MS = 5_000;

/** Writes to `out` and `err`, in colour where it is wanted. */
export function createTerminal(clock: Clock, out: LineSink, err: LineSink, colour: boolean): Terminal {
  const paint = createPalette(colour);
  let isShown = false;
  const show = (line: string | undefined) => {
    if (out.isTTY !== true) return false;
    if (line !== undefined || isShown) out.write(`\r\x1b[K${line ?? ''}`);
    isShown = line !== undefined;
    return true;
  };
  const print = (lines: readonly string[]) => {
    show(undefined);
    out.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    print,
    show,
    runStarted: (run) => print(renderRun(run, paint)),
    dropStarted: (drop) => print(renderDrop(drop, paint)),
    phaseStarted: (phase) => print([renderPhase(phase, paint)]),
    dropEnded: (summary) => print([renderDropEnd(summary, paint)]),
    warn: (line) => {
      show(undefined);
      err.write(`${paint.yellow(`! ${new Date(clock.now()).toISOString().slice(11, 19)}Z ${line}`)}\n`);
    },
    follow: async (status, signal) => {
      for (;;) {
        await clock.sleep(STATUS_EVERY_MS, signal);
        if (signal.aborted) return;
        print([renderStatus(status(), paint)]);
      }
    },
  };
}
