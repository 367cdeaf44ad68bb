import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { EXEC_ARGV } from '../exec-argv.ts';

/** What runs the engine: see engine.ts. */
export interface EngineOptions {
  readonly library: string;
  /** clickhouse-local's command line. */
  readonly settings: readonly string[];
  /** Where the server leaves what has no configured place, such as protobuf schemas that come with queries. */
  readonly workingDirectory: string;
  /** Environment variables that no other process shall see. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Aborted, it kills the process at once. */
  readonly kill: AbortSignal | undefined;
}

/** The running engine. */
export interface EngineProcess {
  readonly pid: number;
  /** Resolves when the process has ended, asked to or not. */
  readonly exited: Promise<EngineExit>;
  /** Ends it in order, or by force when that takes too long. May be called again. */
  stop(): Promise<void>;
  /** Ends it by force, at once. */
  kill(): void;
}

/** How the process ended. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote to standard error. */
  readonly lastLines: string;
}

const STOP_WITHIN_MS = 8_000;
const TAIL_CHARACTERS = 4_000;
const TAIL_LINES = 3;

/** Starts the engine in a process of its own; that it answers is for its starter to see. */
export function startEngine(options: EngineOptions): EngineProcess {
  const { library, settings, workingDirectory, secrets, kill } = options;
  const engine = [
    ...EXEC_ARGV,
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'engine.ts'),
    library,
  ];
  const child = spawn(process.execPath, [...engine, ...settings], {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: workingDirectory,
    env: {},
    // Ctrl-C goes to the terminal's whole process group, and the server must outlive those who write to it.
    detached: true,
    killSignal: 'SIGKILL',
    ...(kill && { signal: kill }),
  });
  const exited = watchExit(child, child.stderr);
  child.stdin.on('error', () => {}); // A child that died early; `exited` tells.
  child.stdin.write(`${JSON.stringify(secrets)}\n`);
  return {
    pid: child.pid ?? 0,
    exited,
    async stop() {
      child.stdin.end();
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(force);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function watchExit(child: ChildProcess, stderr: NodeJS.ReadableStream): Promise<EngineExit> {
  let tail = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_CHARACTERS);
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, lastLines: lastLines(tail) }));
    child.once('error', (error) => resolve({ code: null, signal: null, lastLines: error.message }));
  });
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Logging '));
  return lines.slice(-TAIL_LINES).join('\n');
}
