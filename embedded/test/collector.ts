import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { credentials, makeGenericClientConstructor, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { type Collector, startCollector } from '../src/collector/collector.ts';
import type { CollectorOptions } from '../src/collector/options.ts';
import { TUNING, type Tuning } from '../src/collector/tuning.ts';
import type { PortLimits } from '../src/port-limits.ts';

/** What a test may set of its collector. */
export interface TestCollectorOptions {
  /** An address nobody listens at by default: the collector then only receives. */
  readonly clickhouse?: { readonly url: string; readonly collectorPassword: string };
  readonly host?: string;
  readonly spoolMaxBytes?: number;
  /** An existing directory; a temporary one by default. */
  readonly directory?: string;
  readonly tuning?: Partial<Tuning>;
  readonly limits?: Partial<PortLimits>;
}

/** A collector on free ports, with a temporary directory. */
export interface TestCollector extends Collector {
  readonly directory: string;
  readonly options: CollectorOptions;
  /** What it said. */
  readonly lines: readonly string[];
}

/** Who ends what a test started: a test's context, or {@link afterAll}. */
export interface Cleanup {
  after(end: () => Promise<void> | void): void;
}

/** A cleanup after the last test of a file; to be called at the file's top level. */
export function afterAll(): Cleanup {
  const ends: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return { after: (end) => ends.push(end) };
}

/** Starts a collector in this process; it is stopped, and its directory deleted, after the test. */
export async function startTestCollector(t: Cleanup, given: TestCollectorOptions = {}): Promise<TestCollector> {
  const directory = given.directory ?? (await mkdtemp(join(tmpdir(), 'click-ai-collector-')));
  const options = collectorOptions(directory, given);
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  // Metrics of its own would be among what a test counts.
  const tuning = { ...TUNING, ownMetricsMillis: 3_600_000, ...given.tuning };
  const collector = await startCollector(options, { log, tuning });
  t.after(async () => {
    await collector.stop(0);
    if (given.directory === undefined) await rm(directory, { recursive: true, force: true });
  });
  return { ...collector, directory, options, lines };
}

/** The options of a collector that keeps everything in `directory`. */
export function collectorOptions(directory: string, given: TestCollectorOptions = {}): CollectorOptions {
  return {
    host: given.host ?? '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
    // Port 9 is the discard protocol's: nobody listens there.
    clickhouseUrl: given.clickhouse?.url ?? 'http://127.0.0.1:9',
    clickhouseUser: 'collector',
    clickhousePassword: given.clickhouse?.collectorPassword ?? '',
    spoolDirectory: join(directory, 'spool'),
    quarantineDirectory: join(directory, 'quarantine'),
    spoolMaxBytes: given.spoolMaxBytes ?? 1e9,
    allowedHosts: [],
    limits: { maxRequestBytes: 16_000_000, requestMillis: 30_000, maxConnections: 512, ...given.limits },
  };
}

/** How a gRPC export ended. */
export interface GrpcResult {
  readonly code: status;
  readonly details: string;
  readonly response: Buffer | undefined;
  readonly error: ServiceError | undefined;
}

const identity = (bytes: Buffer) => bytes;
const PATHS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};

/** A gRPC client that sends bytes as they are; closed after the test. */
export function grpcClient(t: Cleanup, port: number, host = '127.0.0.1') {
  const Client = makeGenericClientConstructor({}, 'raw');
  // Batches of tests are larger than the client's own bound of 4 MiB.
  const client = new Client(`${host}:${port}`, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  const send = (signal: keyof typeof PATHS, body: Buffer, timeoutMillis = 10_000): Promise<GrpcResult> =>
    new Promise((resolve) => {
      const deadline = Date.now() + timeoutMillis;
      client.makeUnaryRequest(PATHS[signal], identity, identity, body, { deadline }, (error, response) => {
        const { code, details }: Pick<StatusObject, 'code' | 'details'> = error ?? { code: status.OK, details: '' };
        resolve({ code, details, response, error: error ?? undefined });
      });
    });
  t.after(() => client.close());
  return { send };
}

/** Posts to the HTTP receiver. */
export async function post(
  port: number,
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    // Node's fetch takes any view; the type wants to know it is not shared memory.
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

/** A small disk of its own for a test, or undefined where none can be mounted. */
export async function mountDisk(t: Cleanup, megabytes: number): Promise<string | undefined> {
  const disk = await mkdtemp(join(tmpdir(), 'click-ai-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    await rm(disk, { recursive: true });
    return undefined;
  }
  t.after(async () => {
    // Lazily: what a failed test left open must not keep it.
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });
  return disk;
}

/** Waits until `condition` is true; fails after `millis`, saying what it waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, millis = 10_000): Promise<void> {
  const end = Date.now() + millis;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${millis} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
