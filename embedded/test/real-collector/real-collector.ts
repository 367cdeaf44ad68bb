import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, type TestClickHouse } from '../clickhouse.ts';
import { until } from '../collector.ts';
import { buildCollector } from './build.ts';

const CONFIG = join(import.meta.dirname, '../../../config/otel-collector-config.yaml');
const HERE = join(import.meta.dirname, 'here.yaml');

/** A running OpenTelemetry Collector contrib. */
export interface RealCollector extends AsyncDisposable {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** What it has logged so far. */
  output(): string;
  /** Ends it and deletes its queue. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts it with config/otel-collector-config.yaml and here.yaml on free ports, storing into `clickhouse` over the native protocol. */
export async function startRealCollector(clickhouse: TestClickHouse): Promise<RealCollector> {
  const binary = await buildCollector();
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-otelcol-'));
  const [grpcPort, httpPort, healthPort] = (await freePorts(3)) as [number, number, number];
  const child = spawn(binary, ['--config', CONFIG, '--config', HERE], {
    env: {
      GRPC_PORT: String(grpcPort),
      HTTP_PORT: String(httpPort),
      HEALTH_PORT: String(healthPort),
      CLICKHOUSE_TCP_PORT: String(clickhouse.tcpPort),
      CLICKHOUSE_COLLECTOR_PASSWORD: clickhouse.collectorPassword,
      QUEUE_DIRECTORY: directory,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'close');
  const collector: RealCollector = {
    grpcPort,
    httpPort,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await until('the real collector to be healthy', async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return fetch(`http://127.0.0.1:${healthPort}`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await collector[Symbol.asyncDispose]();
    throw new Error(`${(error as Error).message}:\n${output.slice(-4_000)}`, { cause: error });
  }
  return collector;
}
