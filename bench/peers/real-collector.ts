import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../embedded/test/clickhouse.ts';
import { buildCollector } from '../../embedded/test/real-collector/build.ts';
import type { BenchClickHouse } from '../stand/clickhouse.ts';
import type { BenchCollector } from '../stand/embedded-collector.ts';
import { requireGo } from './go.ts';

/** How the OpenTelemetry Collector is set up: the files it reads, each laid over the one before. */
const REAL_COLLECTOR_CONFIGS = {
  /** At its fastest, acknowledging from memory. */
  batching: [join(import.meta.dirname, 'batching.yaml')],
  /** As in the Docker stack: a request is on disk, synced, before it is acknowledged, as with the embedded collector. */
  synced: [
    join(import.meta.dirname, '../../config/otel-collector-config.yaml'),
    join(import.meta.dirname, 'synced.yaml'),
  ],
} as const;

const HEALTHY_WITHIN_MS = 30_000;

/** Builds (once) and starts the OpenTelemetry Collector, storing into `clickhouse` over its native protocol. */
export async function startRealCollector(
  clickhouse: BenchClickHouse,
  config: keyof typeof REAL_COLLECTOR_CONFIGS,
): Promise<BenchCollector> {
  requireGo();
  const binary = await buildCollector();
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-bench-otelcol-'));
  const [grpcPort, healthPort] = (await freePorts(2)) as [number, number];
  const child = spawn(
    binary,
    REAL_COLLECTOR_CONFIGS[config].flatMap((file) => ['--config', file]),
    {
      env: {
        GRPC_PORT: String(grpcPort),
        HEALTH_PORT: String(healthPort),
        CLICKHOUSE_NATIVE: clickhouse.native,
        CLICKHOUSE_COLLECTOR_PASSWORD: clickhouse.collectorPassword,
        QUEUE_DIRECTORY: directory,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const isHealthy = () =>
    fetch(`http://127.0.0.1:${healthPort}`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const deadline = Date.now() + HEALTHY_WITHIN_MS; !(await isHealthy()); await sleep(50)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`the OpenTelemetry Collector did not start:\n${output.slice(-4_000)}`);
  }
  // It answers health checks only with a process there.
  return { pid: child.pid!, grpcPort, output: () => output, [Symbol.asyncDispose]: stop };
}
