import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './clickhouse.ts';
import { INHERITED } from './inherited.ts';

const root = join(import.meta.dirname, '../..');

/** Short phases, so that a whole drop with a sell-out fits into a test. */
export const SHORT_DROP = {
  PRE_DROP_SECONDS: '2',
  PRE_DROP_WORKERS: '30',
  DROP_LIVE_SECONDS: '8',
  POST_DROP_SECONDS: '3',
  INVENTORY_MIN: '60',
  INVENTORY_MAX: '60',
  SEED: '7',
};

/** A drop that is soon in DROP_LIVE and stays there until it is interrupted. */
export const INTERRUPTED_DROP = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '600', SEED: '7' };

export interface Stack extends AsyncDisposable {
  /** The supervisor's process. */
  readonly pid: number;
  readonly ports: Readonly<Record<PortSetting, number>>;
  readonly dataDir: string;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Resolves when `text` has been printed; rejects with the output when the stack ends or 60 s pass first. */
  printed(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** The process ids of the stack's children whose command line holds `text`. */
  children(text: string): number[];
  /** Kills what still runs of it. */
  [Symbol.asyncDispose](): Promise<void>;
}

const PORTS = [
  'CLICKHOUSE_HTTP_PORT',
  'CLICKHOUSE_TCP_PORT',
  'OTLP_GRPC_PORT',
  'OTLP_HTTP_PORT',
  'HYPERDX_PORT',
  'CONTROL_PORT',
] as const;
type PortSetting = (typeof PORTS)[number];

/**
 * Runs what `npm start` runs, on free ports and in `dataDir`, with `env` on top. `inTerminal`: signals go to its whole process group, as
 * a terminal's Ctrl-C does.
 */
export async function startStack(
  dataDir: string,
  env: Record<string, string> = {},
  { inTerminal = false } = {},
): Promise<Stack> {
  const free = await freePorts(PORTS.length);
  const ports = Object.fromEntries(PORTS.map((name, i) => [name, free[i]])) as Record<PortSetting, number>;
  const child = spawn(process.execPath, ['embedded/src/main.ts'], {
    cwd: root,
    env: {
      ...INHERITED,
      DATA_DIR: dataDir,
      // What is looked at begins when it is started.
      BACKFILL: '0',
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: inTerminal,
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);

  return {
    // A program that is there can be started.
    pid: child.pid!,
    ports,
    dataDir,
    output: () => output,
    exited,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const found = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
        const fail = (why: string) => reject(new Error(`${why} before it printed ${text}:\n${output}`));
        const timer = setTimeout(() => fail('60 s passed'), 60_000);
        const listener = () => {
          if (!found()) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
        exited.then((code) => (found() ? listener() : fail(`the stack ended with ${code}`)));
        listener();
      }),
    kill: (signal) => void process.kill(inTerminal ? -child.pid! : child.pid!, signal),
    children: (text) => childrenOf(child.pid!, text),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        for (const pid of childrenOf(child.pid!, '')) process.kill(pid, 'SIGKILL');
        child.kill('SIGKILL');
      }
      await exited;
    },
  };
}

function childrenOf(pid: number, text: string): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === pid && args.join(' ').includes(text))
    .map(([child]) => Number(child));
}

/** The delivery ledger of a run: `DATA_DIR/runs/RUN_ID.json`. */
export interface RunLedger {
  readonly state: string;
  readonly signals: Readonly<Record<'traces' | 'logs' | 'metrics', Readonly<Record<LedgerCount, number>>>>;
}
type LedgerCount = 'created' | 'sent' | 'acknowledged' | 'rejected' | 'dropped' | 'inFlight';

export async function readLedger(dataDir: string, runId: string): Promise<RunLedger> {
  return JSON.parse(await readFile(join(dataDir, 'runs', `${runId}.json`), 'utf8'));
}
