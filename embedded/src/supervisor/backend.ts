import { randomBytes } from 'node:crypto';
import { startHyperdx } from '../hyperdx/gateway.ts';
import { clickhousePart } from './clickhouse-part.ts';
import { collectorPart } from './collector-process.ts';
import type { Service } from './service.ts';
import type { StackOptions } from './stack.ts';
import { type Part, type Supervised, supervise } from './supervise.ts';

/** Where the event-generator's telemetry goes. */
export interface Backend {
  /** Where ClickHouse answers over HTTP. */
  readonly url: string;
  /** The same for the event-generator, who writes there what it has let happen. */
  readonly store: { readonly url: string; readonly password: string };
  readonly clickhouse: Supervised;
  readonly collector: Supervised;
  /**
   * Stops the collector when it has stored what it has. One that was killed meanwhile, or that had no ClickHouse to store in, leaves
   * something behind: another one stores that, if `again` says so.
   */
  stopCollector(options: { readonly again: boolean }): Promise<void>;
}

/** Starts all that the event-generator sends to, and adds each to `running`. */
export async function startBackend(options: StackOptions, running: Service[]): Promise<Backend> {
  const { config, stop, kill } = options;
  const { host, ports, paths, spoolMaxBytes, limits, allowedHosts } = config;
  const [collectorPassword, hyperdxPassword, simulatorPassword] = [newPassword(), newPassword(), newPassword()];
  const clickhouseRuns = clickhousePart({
    host,
    httpPort: ports.CLICKHOUSE_HTTP_PORT,
    tcpPort: ports.CLICKHOUSE_TCP_PORT,
    dataDirectory: paths.clickhouse,
    passwords: {
      admin: config.clickhousePassword,
      collector: collectorPassword,
      hyperdx: hyperdxPassword,
      simulator: simulatorPassword,
    },
    limits: limits.clickhouse,
    allowedHosts,
    kill,
  });
  const clickhouse = await supervise(clickhouseRuns, options);
  running.push(clickhouse);

  const collectorRuns = collectorPart(
    {
      host,
      grpcPort: ports.OTLP_GRPC_PORT,
      httpPort: ports.OTLP_HTTP_PORT,
      clickhouseUrl: clickhouseRuns.innerUrl,
      clickhouseUser: 'collector',
      clickhousePassword: collectorPassword,
      spoolDirectory: paths.spool,
      quarantineDirectory: paths.quarantine,
      spoolMaxBytes,
      limits: limits.otlp,
      allowedHosts,
    },
    kill,
  );
  const collector = await supervise(collectorRuns, options);
  running.push(collector);

  const hyperdx = await startHyperdx({
    host,
    port: ports.HYPERDX_PORT,
    clickhouseUrl: clickhouseRuns.innerUrl,
    hyperdxPassword,
    limits: limits.hyperdx,
    allowedHosts,
  });
  running.push({ name: 'HyperDX', ended: new Promise(() => {}), stop: hyperdx.stop });
  stop.throwIfAborted();
  return {
    url: clickhouseRuns.url,
    store: { url: clickhouseRuns.innerUrl, password: simulatorPassword },
    clickhouse,
    collector,
    async stopCollector({ again }) {
      await clickhouse.settled();
      const deathsBefore = clickhouse.deaths();
      await collector.stop();
      const wasDisturbed = clickhouse.deaths() > deathsBefore || !(await collector.ended).ok;
      if (!wasDisturbed || !again) return;
      options.report('The collector could not store everything: it is started once more to do that.');
      await clickhouse.settled();
      await storeRest(collectorRuns);
    },
  };
}

/** Random for each stack: nobody needs to know it. */
function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function storeRest(collector: Part): Promise<void> {
  const last = await collector.start(new AbortController().signal);
  await last.stop();
}
