import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INHERITED } from './inherited.ts';
import type { LedgerJson } from './telemetry.ts';

/** An event-generator in a process of its own. */
export interface Generator {
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** All it has printed so far, to either output. */
  readonly output: () => string;
  /** Resolves at its end: the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves when it has printed something that matches; rejects when it ends before. */
  printed(pattern: RegExp): Promise<void>;
  readLedger(): Promise<LedgerJson>;
  /** Kills it if it still runs, and removes its directory. */
  [Symbol.asyncDispose](): Promise<void>;
}

const MAIN = join(import.meta.dirname, '../src/main.ts');

/** Starts `main.ts` with these settings and short phases, run id `test-run`, in a data directory of its own. */
export async function startGenerator(settings: Record<string, string>): Promise<Generator> {
  const dataDir = await mkdtemp(join(tmpdir(), 'snkrs-generator-'));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...INHERITED,
      DATA_DIR: dataDir,
      RUN_ID: 'test-run',
      CONTROL_PORT: '0',
      BACKFILL: '0',
      PRE_DROP_SECONDS: '1',
      DROP_LIVE_SECONDS: '2',
      POST_DROP_SECONDS: '1',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    process: child,
    dataDir,
    output: () => output,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (pattern.test(output)) resolve();
        };
        listeners.add(check);
        check();
        void ended.then((how) => reject(new Error(`ended (${how}) without printing ${pattern}:\n${output}`)));
      }),
    // The file is written by us: see renderLedger.
    readLedger: async () => JSON.parse(await readFile(join(dataDir, 'runs', 'test-run.json'), 'utf8')) as LedgerJson,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(dataDir, { recursive: true });
    },
  };
}
