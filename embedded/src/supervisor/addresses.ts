import type { Config } from '../config.ts';
import { SETTINGS } from '../settings.ts';
import type { ControlAddress } from './generator-settings.ts';

/** The lines that tell where everything is. */
export function addressLines({ host, ports, clickhousePassword, dataDir }: Config, control: ControlAddress): string[] {
  const at = (port: number) => `${visitHost(host)}:${port}`;
  const clickhouse = `http://${at(ports.CLICKHOUSE_HTTP_PORT)}`;
  // A password of somebody's own does not belong on a screen; their shell has it under this name.
  const isDefault = clickhousePassword === SETTINGS.CLICKHOUSE_PASSWORD.default;
  const password = isDefault ? clickhousePassword : '$CLICKHOUSE_PASSWORD';
  const rows = [
    ['HyperDX', `http://${at(ports.HYPERDX_PORT)}`],
    ['ClickHouse', `${clickhouse}   native ${at(ports.CLICKHOUSE_TCP_PORT)}   user admin, password ${password}`],
    ['', `curl -u "admin:${password}" ${clickhouse} -d 'SELECT count() FROM otel.otel_traces'`],
    ['OTLP', `gRPC http://${at(ports.OTLP_GRPC_PORT)}   HTTP http://${at(ports.OTLP_HTTP_PORT)}`],
    ...(control.port === 0
      ? []
      : [['Control', `http://${visitHost(control.host)}:${control.port}   just load 2, just status`] as const]),
    ['Data', `${dataDir}   npm run reset deletes it`],
  ] as const;
  return rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`);
}

function visitHost(host: string): string {
  if (['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
