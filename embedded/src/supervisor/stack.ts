import { randomBytes } from 'node:crypto';
import { type ClickHouse, startClickHouse } from '../clickhouse/server.ts';
import type { Config } from '../config.ts';
import { startHyperdx } from '../hyperdx/gateway.ts';
import { startCollectorProcess } from './collector-process.ts';
import { type Delivery, readDelivery } from './delivery.ts';
import { startGeneratorProcess } from './generator-process.ts';
import type { Service, ServiceEnd } from './service.ts';

/** What a running stack is given. */
export interface StackOptions {
  readonly config: Config;
  /** Aborted: stop in order. */
  readonly stop: AbortSignal;
  /** Aborted: every process is killed at once. */
  readonly kill: AbortSignal;
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
  /** A part ended that should not have. */
  | { readonly type: 'died'; readonly name: string; readonly how: string };

/** How it went. */
export interface StackResult {
  readonly cause: StopCause;
  /** What the run created and what is stored of it; undefined where that cannot be told. */
  readonly delivery: Delivery | undefined;
}

/**
 * Runs the whole stack: ClickHouse, the collector, HyperDX, the event-generator, in that order; stops them in reverse, once, when
 * asked to, when the event-generator has finished, or when one of them dies.
 *
 * @throws the error of the part that did not start, or the reason of `stop` when that came meanwhile, after those before it have been
 *   stopped
 */
export async function runStack({ config, stop, kill, onReady, onStopping }: StackOptions): Promise<StackResult> {
  const running: Service[] = [];
  const stopAll = async () => {
    for (let service = running.pop(); service !== undefined; service = running.pop()) await service.stop();
  };
  try {
    const clickhouse = await start(config, running, { stop, kill });
    onReady();
    const generator = startGeneratorProcess(config, kill);
    running.push(generator);
    const cause = await firstToEnd(running, generator, stop);
    onStopping(cause);
    // ClickHouse is last, and the rows are counted before it goes.
    const hopeless = cause.type === 'died' && cause.name === 'ClickHouse';
    while (running.length > 1) await running.pop()!.stop({ hopeless });
    return { cause, delivery: await countDelivery(config, clickhouse, cause) };
  } finally {
    await stopAll();
  }
}

/** Starts all that the event-generator sends to. */
async function start(
  config: Config,
  running: Service[],
  { stop, kill }: Pick<StackOptions, 'stop' | 'kill'>,
): Promise<ClickHouse> {
  const { host, ports, paths, spoolMaxBytes, limits } = config;
  const [collectorPassword, hyperdxPassword] = [newPassword(), newPassword()];
  const clickhouse = await startClickHouse({
    host,
    httpPort: ports.CLICKHOUSE_HTTP_PORT,
    tcpPort: ports.CLICKHOUSE_TCP_PORT,
    dataDirectory: paths.clickhouse,
    passwords: { admin: config.clickhousePassword, collector: collectorPassword, hyperdx: hyperdxPassword },
    stop,
    kill,
  });
  running.push({ name: 'ClickHouse', ended: clickhouse.exited.then(describeExit), stop: clickhouse.stop });

  const collector = await startCollectorProcess(
    {
      host,
      grpcPort: ports.OTLP_GRPC_PORT,
      httpPort: ports.OTLP_HTTP_PORT,
      clickhouseUrl: clickhouse.url,
      clickhouseUser: 'collector',
      clickhousePassword: collectorPassword,
      spoolDirectory: paths.spool,
      quarantineDirectory: paths.quarantine,
      spoolMaxBytes,
      limits: limits.otlp,
    },
    { stop, kill },
  );
  running.push(collector);

  const hyperdx = await startHyperdx({
    host,
    port: ports.HYPERDX_PORT,
    clickhouseUrl: clickhouse.url,
    hyperdxPassword,
  });
  running.push({ name: 'HyperDX', ended: new Promise(() => {}), stop: hyperdx.stop });
  stop.throwIfAborted();
  return clickhouse;
}

/** Random for each start: nobody needs to know it. */
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

function describeExit({ code, signal, lastLines }: Awaited<ClickHouse['exited']>): ServiceEnd {
  const how = signal ?? `exit code ${code}`;
  return { ok: code === 0, how: lastLines === '' ? how : `${how}: ${lastLines.replaceAll('\n', ' ')}` };
}

async function countDelivery(config: Config, clickhouse: ClickHouse, cause: StopCause): Promise<Delivery | undefined> {
  if (cause.type === 'died' && cause.name === 'ClickHouse') return undefined;
  const { runId, paths, clickhousePassword } = config;
  return readDelivery({ runs: paths.runs, runId, clickhouseUrl: clickhouse.url, password: clickhousePassword });
}
