import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Ports } from '../config.ts';
import type { ControlAddress } from './generator-settings.ts';
import { SupervisorError } from './supervisor-error.ts';

/** What listens on each port, in the order of the addresses shown at start. */
const PORT_USES = {
  HYPERDX_PORT: 'HyperDX',
  CLICKHOUSE_HTTP_PORT: 'ClickHouse over HTTP',
  CLICKHOUSE_TCP_PORT: "ClickHouse's native protocol",
  OTLP_GRPC_PORT: 'OTLP over gRPC',
  OTLP_HTTP_PORT: 'OTLP over HTTP',
  CONTROL_PORT: "the event-generator's control API",
} as const satisfies Record<keyof Ports | 'CONTROL_PORT', string>;

type PortSetting = keyof typeof PORT_USES;

const POLL_MS = 100;

/** A stack that starts in the same moment looks, too, and holds a port for that moment. */
const LEAST_PATIENCE_MS = 300;

/** All that will be listened on. */
export interface Listening extends Pick<Config, 'host' | 'ports'> {
  readonly control: ControlAddress;
}

/** For ports that are about to be freed. */
export interface Patience {
  /** How long to wait for them. */
  readonly patienceMs?: number;
  /** Aborted, it ends the wait with its reason. */
  readonly stop?: AbortSignal;
  /** Called once, when there is something to wait for. */
  readonly onWaiting?: () => void;
}

/**
 * Fails, naming them all, where a port cannot be listened on.
 *
 * @throws {SupervisorError}
 */
export async function checkPorts(
  listening: Listening,
  { patienceMs = LEAST_PATIENCE_MS, stop, onWaiting }: Patience = {},
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    const found = await Promise.all(placesOf(listening).map(tryPlace));
    const problems = found.filter((problem) => problem !== undefined);
    if (problems.length === 0) return;
    if (Date.now() >= deadline || problems.some(({ code }) => code !== 'EADDRINUSE')) {
      throw new SupervisorError([...new Set(problems.map(explain))].join('\n'));
    }
    stop?.throwIfAborted();
    if (isFirst) onWaiting?.();
    // Another number each time, so that two who look in the same moment do not meet again.
    await sleep(POLL_MS * (0.5 + Math.random()));
  }
}

interface Place {
  readonly setting: PortSetting;
  readonly hostSetting: 'HOST' | 'CONTROL_HOST';
  readonly host: string;
  readonly port: number;
}

interface Problem extends Place {
  /** The system's: EADDRINUSE and such. */
  readonly code: string;
}

function placesOf({ host, ports, control }: Listening): Place[] {
  // The ports of an object of this type have these names.
  const settings = Object.keys(PORT_USES).filter((name) => name in ports) as (keyof Ports)[];
  const places: Place[] = settings.map((setting) => ({ setting, hostSetting: 'HOST', host, port: ports[setting] }));
  if (control.port > 0) places.push({ setting: 'CONTROL_PORT', hostSetting: 'CONTROL_HOST', ...control });
  return places;
}

async function tryPlace(place: Place): Promise<Problem | undefined> {
  const code = await tryPort(place.host, place.port);
  return code === undefined ? undefined : { ...place, code };
}

function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function explain({ code, setting, hostSetting, host, port }: Problem): string {
  if (code === 'EADDRNOTAVAIL' || code === 'EINVAL') {
    return `${hostSetting}="${host}" is no address of this machine: set ${hostSetting} to one, or leave it unset for 127.0.0.1.`;
  }
  const where = `Port ${port} on ${host} (${PORT_USES[setting]})`;
  if (code === 'EADDRINUSE') {
    return `${where} is taken by another program: stop that program, or set ${setting} to a free port.`;
  }
  if (code === 'EACCES') return `${where} may not be used by this user: set ${setting} to a port above 1023.`;
  return `${where} cannot be listened on (${code}): set ${setting} to another port.`;
}
