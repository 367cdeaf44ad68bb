import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ClickHouse, startClickHouse } from '../../src/clickhouse/server.ts';
import type { CollectorOptions } from '../../src/collector/options.ts';
import { freePorts, OPEN_GATES } from '../clickhouse.ts';
import type { Cleanup } from '../collector.ts';
import { type CollectorProcess, startCollectorProcess } from '../collector-process.ts';

const GENERATOR = join(import.meta.dirname, '../../../event-generator/src/main.ts');
const VERIFY = join(import.meta.dirname, '../../../event-generator/src/commands/verify.ts');
const HOST = '127.0.0.1';
const PASSWORDS = { admin: 'admin', collector: 'collector', hyperdx: 'hyperdx', simulator: 'simulator' };

/** What a fault test may set of its pipeline. */
export interface PipelineOptions {
  readonly spoolMaxBytes?: number;
  /** Another disk for the spool, for ClickHouse's data, for the ledger. */
  readonly spoolDirectory?: string;
  readonly clickhouseDirectory?: string;
  readonly ledgerDirectory?: string;
  /** Environment of the collector and the generator on top of what they need. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A drop under way: the event-generator's process. */
export interface Drop {
  readonly child: ChildProcess;
  output(): string;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Resolves when it has printed `text`. */
  printed(text: string): Promise<void>;
}

/**
 * The stack's processes without their supervisor, so that each can be taken away by itself, and comes back on the same ports.
 * Disposing of it kills what runs and deletes what is stored.
 */
export interface Pipeline extends AsyncDisposable {
  readonly url: string;
  readonly dataDirectory: string;
  startClickHouse(): Promise<void>;
  stopClickHouse(): Promise<void>;
  startCollector(): Promise<void>;
  endCollector(signal: NodeJS.Signals): Promise<void>;
  startDrop(runId: string, settings: Readonly<Record<string, string>>): Drop;
  /** Fails, with its table, unless `verify` finds the run whole: nothing rejected, nothing dropped, all stored, once. */
  verify(runId: string): Promise<void>;
  /** What all collectors have printed. */
  collectorOutput(): string;
  readonly pids: Readonly<Record<'generator' | 'collector' | 'clickhouse', () => number | undefined>>;
}

/** The pipeline, with nothing running yet. */
export async function createPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const root = await mkdtemp(join(tmpdir(), 'click-ai-fault-'));
  const [httpPort, tcpPort, grpcPort, otlpHttpPort] = (await freePorts(4)) as [number, number, number, number];
  const dataDirectory = options.ledgerDirectory ?? join(root, 'data');
  await mkdir(dataDirectory, { recursive: true });
  const ends: (() => void)[] = [];
  let clickhouse: ClickHouse | undefined;
  let collector: CollectorProcess | undefined;
  let generator: Drop | undefined;
  let earlierOutput = '';
  const url = `http://${HOST}:${httpPort}`;
  const collectorOptions: CollectorOptions = {
    host: HOST,
    grpcPort,
    httpPort: otlpHttpPort,
    clickhouseUrl: url,
    clickhouseUser: 'collector',
    clickhousePassword: PASSWORDS.collector,
    spoolDirectory: options.spoolDirectory ?? join(root, 'spool'),
    quarantineDirectory: join(root, 'quarantine'),
    spoolMaxBytes: options.spoolMaxBytes ?? 2e9,
    allowedHosts: [],
    limits: { maxRequestBytes: 16_000_000, requestMillis: 30_000, maxConnections: 512 },
  };

  const pipeline: Pipeline = {
    url,
    dataDirectory,
    startClickHouse: async () => {
      const directory = options.clickhouseDirectory ?? join(root, 'clickhouse');
      clickhouse = await startClickHouse({
        host: HOST,
        httpPort,
        tcpPort,
        dataDirectory: directory,
        passwords: PASSWORDS,
        ...OPEN_GATES,
      });
    },
    stopClickHouse: async () => clickhouse?.stop(),
    startCollector: async () => {
      const cleanup: Cleanup = { after: (end) => ends.push(() => void end()) };
      collector = await startCollectorProcess(cleanup, collectorOptions, options.environment);
    },
    endCollector: async (signal) => {
      await collector?.end(signal);
      earlierOutput += collector?.output() ?? '';
      collector = undefined;
    },
    startDrop: (runId, settings) => {
      const given = { BACKFILL: '0', ...options.environment, ...settings };
      const environment = { ...given, RUN_ID: runId, DATA_DIR: dataDirectory };
      generator = startGenerator({
        ...environment,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HOST}:${grpcPort}`,
        CONTROL_PORT: '0',
      });
      return generator;
    },
    verify: (runId) =>
      verify(runId, { CLICKHOUSE_URL: url, CLICKHOUSE_PASSWORD: PASSWORDS.admin, DATA_DIR: dataDirectory }),
    collectorOutput: () => earlierOutput + (collector?.output() ?? ''),
    pids: {
      generator: () => generator?.child.pid,
      collector: () => collector?.child.pid,
      clickhouse: () => clickhouse?.pid,
    },
    [Symbol.asyncDispose]: async () => {
      generator?.child.kill('SIGKILL');
      await generator?.exited;
      for (const end of ends) end();
      await clickhouse?.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
  return pipeline;
}

async function verify(runId: string, env: Readonly<Record<string, string>>): Promise<void> {
  const run = promisify(execFile)(process.execPath, [VERIFY, runId, '--strict', '--summary'], { env });
  await run.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => assert.fail(`${stdout}\n${stderr}`));
}

function startGenerator(environment: Readonly<Record<string, string>>): Drop {
  const child = spawn(process.execPath, [GENERATOR], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const exited = once(child, 'close').then(([code, signal]): number | string => code ?? signal);
  let hasEnded = false;
  void exited.then(() => {
    hasEnded = true;
  });
  return {
    child,
    output: () => output,
    exited,
    printed: async (text) => {
      while (!output.includes(text)) {
        if (hasEnded) throw new Error(`ended without printing ${text}:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}
