import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { findFreePort } from '../src/clickhouse/free-port.ts';
import { type ClickHouse, type ClickHousePasswords, startClickHouse } from '../src/clickhouse/server.ts';

import type { PortLimits } from '../src/port-limits.ts';

/** A ClickHouse of a test's own: free ports, a temporary directory, the schema in place. */
export interface TestClickHouse {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly tcpPort: number;
  readonly admin: ClickHouseClient;
  readonly passwords: ClickHousePasswords;
  readonly adminPassword: string;
  readonly collectorPassword: string;
  readonly hyperdxPassword: string;
  readonly dataDirectory: string;
  readonly server: ClickHouse;
  /** Ends the server and deletes its directory. */
  stop(): Promise<void>;
}

/** What the gates before a test's server are told: limits that no test meets. */
export const OPEN_GATES = {
  limits: { maxRequestBytes: 1e9, requestMillis: 30_000, maxConnections: 1_000 },
  allowedHosts: [],
} as const;

/** Starts the real server for a test. */
export async function startTestClickHouse(limits: PortLimits = OPEN_GATES.limits): Promise<TestClickHouse> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'click-ai-clickhouse-'));
  const passwords = {
    admin: 'admin <&> secret',
    collector: 'collector-secret',
    hyperdx: 'hyperdx-secret',
    simulator: 'simulator-secret',
  };
  const server = await startOnFreePorts(dataDirectory, passwords, limits);
  const admin = createClient({ url: server.url, username: 'admin', password: passwords.admin });
  return {
    url: server.url,
    tcpPort: server.tcpPort,
    admin,
    passwords,
    adminPassword: passwords.admin,
    collectorPassword: passwords.collector,
    hyperdxPassword: passwords.hyperdx,
    dataDirectory,
    server,
    async stop() {
      await admin.close();
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** A free port may be another test's by the time the server asks for it. */
async function startOnFreePorts(
  dataDirectory: string,
  passwords: ClickHousePasswords,
  limits: PortLimits,
): Promise<ClickHouse> {
  for (let attempt = 1; ; attempt += 1) {
    const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
    try {
      const gates = { ...OPEN_GATES, limits };
      return await startClickHouse({ host: '127.0.0.1', httpPort, tcpPort, dataDirectory, passwords, ...gates });
    } catch (error) {
      if (attempt === 3 || !(error instanceof Error && error.message.includes('is taken'))) throw error;
    }
  }
}

/** Ports that nobody listens on, at any of this machine's addresses: a listener on 0.0.0.0 needs them all. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await findFreePort('0.0.0.0'));
  return [...ports];
}
