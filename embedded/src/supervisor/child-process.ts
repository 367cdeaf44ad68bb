import { type ChildProcess, fork } from 'node:child_process';
import { EXEC_ARGV } from '../exec-argv.ts';
import type { ServiceEnd } from './service.ts';

/** How to run a module of this project in a process of its own. */
export interface ChildOptions {
  readonly module: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Aborted, it kills the process at once. */
  readonly kill: AbortSignal;
}

/** A forked process and how it will have ended. */
export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<ServiceEnd>;
  /** SIGTERM; SIGKILL when that has not ended it within `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Closes the IPC channel, as if this process had ended; SIGKILL as above. */
  leave(graceMs: number): Promise<void>;
}

/**
 * Forks a module with this terminal's output and an IPC channel, by whose end it learns that this process was killed.
 *
 * Detached, that is in a process group of its own: the terminal sends Ctrl-C to its whole foreground group, and children must end
 * in order.
 */
export function forkChild({ module, environment, kill }: ChildOptions): Child {
  const child = fork(module, [], {
    env: environment,
    execArgv: [...EXEC_ARGV],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    signal: kill,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<ServiceEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ ok: code === 0, how: signal ?? `exit code ${code}` }));
    child.once('error', (error) => resolve({ ok: false, how: error.message }));
  });
  const end = async (ask: () => void, graceMs: number) => {
    ask();
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(force);
  };
  return {
    process: child,
    ended,
    stop: (graceMs) => end(() => child.kill('SIGTERM'), graceMs),
    leave: (graceMs) => end(() => child.connected && child.disconnect(), graceMs),
  };
}
