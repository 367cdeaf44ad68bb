import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { startHyperdx } from '../hyperdx/gateway.ts';
import { clickhousePart } from './clickhouse-part.ts';
import { collectorPart } from './collector-process.ts';
import { generatorPart } from './generator-process.ts';
import type { Service } from './service.ts';
import { supervise } from './supervise.ts';
import { type Verified, verifyRuns } from './verify-runs.ts';

/** What a running stack is given. */
export interface StackOptions {
  readonly config: Config;
  /** Aborted: stop in order. */
  readonly stop: AbortSignal;
  /** Aborted: every process is killed at once. */
  readonly kill: AbortSignal;
  /** Takes a line when a part has died, and one when it is back. */
  readonly report: (line: string) => void;
  /** Called when everything but the event-generator answers. */
  readonly onReady: () => void;
  /** Called when the stack begins to stop. */
  readonly onStopping: (cause: StopCause) => void;
}

/** Why a stack stops. */
export type StopCause =
  | { readonly type: 'asked' }
  /** The event-generator has done its CYCLES. */
  | { readonly type: 'finished' }
  /** A part died, again and again; `how` is the last time. */
  | { readonly type: 'died'; readonly name: string; readonly how: string };

/** How it went. */
export interface StackResult {
  readonly cause: StopCause;
  /** What came of each run of the event-generator, as far as that can be told. */
  readonly runs: readonly Verified[];
}

/**
 * Runs the whole stack: ClickHouse, the collector, HyperDX, the event-generator, in that order; stops them in reverse, once, when
 * asked to, when the event-generator has finished, or when one of them dies too often. One that dies is started again, also while
 * others are being stopped: they may need it until they have ended.
 *
 * @throws the error of the part that did not start, or the reason of `stop` when that came meanwhile, after those before it have been
 *   stopped
 */
export async function runStack(options: StackOptions): Promise<StackResult> {
  const { config, kill, onReady, onStopping } = options;
  const running: Service[] = [];
  const stopAll = async () => {
    for (let service = running.pop(); service !== undefined; service = running.pop()) await service.stop();
  };
  try {
    const clickhouseUrl = await start(options, running);
    onReady();
    const generatorRuns = generatorPart(config, kill);
    const generator = await supervise(generatorRuns, options);
    running.push(generator);
    const cause = await firstToEnd(running, generator, options.stop);
    onStopping(cause);
    // ClickHouse is last, and the rows are counted before it goes.
    const hopeless = cause.type === 'died' && cause.name === 'ClickHouse';
    while (running.length > 1) await running.pop()!.stop({ hopeless });
    const runs = hopeless ? [] : await verifyRuns(config, clickhouseUrl, generatorRuns.runIds, kill);
    return { cause, runs };
  } finally {
    await stopAll();
  }
}

/** Starts all that the event-generator sends to; resolves with ClickHouse's address. */
async function start(options: StackOptions, running: Service[]): Promise<string> {
  const { config, stop, kill } = options;
  const { host, ports, paths, spoolMaxBytes, limits, allowedHosts } = config;
  const [collectorPassword, hyperdxPassword] = [newPassword(), newPassword()];
  const clickhouse = clickhousePart({
    host,
    httpPort: ports.CLICKHOUSE_HTTP_PORT,
    tcpPort: ports.CLICKHOUSE_TCP_PORT,
    dataDirectory: paths.clickhouse,
    passwords: { admin: config.clickhousePassword, collector: collectorPassword, hyperdx: hyperdxPassword },
    limits: limits.clickhouse,
    allowedHosts,
    kill,
  });
  running.push(await supervise(clickhouse, options));

  const collector = collectorPart(
    {
      host,
      grpcPort: ports.OTLP_GRPC_PORT,
      httpPort: ports.OTLP_HTTP_PORT,
      clickhouseUrl: clickhouse.innerUrl,
      clickhouseUser: 'collector',
      clickhousePassword: collectorPassword,
      spoolDirectory: paths.spool,
      quarantineDirectory: paths.quarantine,
      spoolMaxBytes,
      limits: limits.otlp,
    },
    kill,
  );
  running.push(await supervise(collector, options));

  const hyperdx = await startHyperdx({
    host,
    port: ports.HYPERDX_PORT,
    clickhouseUrl: clickhouse.innerUrl,
    hyperdxPassword,
    limits: limits.hyperdx,
    allowedHosts,
  });
  running.push({ name: 'HyperDX', ended: new Promise(() => {}), stop: hyperdx.stop });
  stop.throwIfAborted();
  return clickhouse.url;
}

/** Random for each stack: nobody needs to know it. */
function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function firstToEnd(running: readonly Service[], generator: Service, stop: AbortSignal): Promise<StopCause> {
  const asked = new Promise<StopCause>((resolve) => {
    if (stop.aborted) resolve({ type: 'asked' });
    stop.addEventListener('abort', () => resolve({ type: 'asked' }), { once: true });
  });
  const ends = running.map(async (service): Promise<StopCause> => {
    const { ok, how } = await service.ended;
    return service === generator && ok ? { type: 'finished' } : { type: 'died', name: service.name, how };
  });
  return Promise.race([asked, ...ends]);
}
