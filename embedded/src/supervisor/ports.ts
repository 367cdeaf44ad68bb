import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Ports } from '../config.ts';
import { SupervisorError } from './supervisor-error.ts';

/** What listens on each port, in the order of the addresses shown at start. */
const PORT_USES = {
  HYPERDX_PORT: 'HyperDX',
  CLICKHOUSE_HTTP_PORT: 'ClickHouse over HTTP',
  CLICKHOUSE_TCP_PORT: "ClickHouse's native protocol",
  OTLP_GRPC_PORT: 'OTLP over gRPC',
  OTLP_HTTP_PORT: 'OTLP over HTTP',
} as const satisfies Record<keyof Ports, string>;

const POLL_MS = 100;

/** For ports that are about to be freed. */
export interface Patience {
  /** How long to wait for them. */
  readonly patienceMs?: number;
  /** Aborted, it ends the wait with its reason. */
  readonly stop?: AbortSignal;
}

/**
 * Fails, naming them all, where a port cannot be listened on.
 *
 * @throws {SupervisorError}
 */
export async function checkPorts(
  { host, ports }: Pick<Config, 'host' | 'ports'>,
  { patienceMs = 0, stop }: Patience = {},
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const settings = Object.keys(PORT_USES) as (keyof Ports)[];
    const codes = await Promise.all(settings.map((setting) => tryPort(host, ports[setting])));
    const problems = settings.flatMap((setting, i) => {
      const code = codes[i];
      return code === undefined ? [] : [explain(code, host, setting, ports[setting])];
    });
    if (problems.length === 0) return;
    if (Date.now() >= deadline || codes.some((code) => code !== undefined && code !== 'EADDRINUSE')) {
      throw new SupervisorError([...new Set(problems)].join('\n'));
    }
    stop?.throwIfAborted();
    await sleep(POLL_MS);
  }
}

function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function explain(code: string, host: string, setting: keyof Ports, port: number): string {
  if (code === 'EADDRNOTAVAIL' || code === 'EINVAL') {
    return `HOST="${host}" is no address of this machine: set HOST to one, or leave it unset for 127.0.0.1.`;
  }
  const where = `Port ${port} on ${host} (${PORT_USES[setting]})`;
  if (code === 'EADDRINUSE') {
    return `${where} is taken by another program: stop that program, or set ${setting} to a free port.`;
  }
  if (code === 'EACCES') return `${where} may not be used by this user: set ${setting} to a port above 1023.`;
  return `${where} cannot be listened on (${code}): set ${setting} to another port.`;
}
