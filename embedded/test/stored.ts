import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { startClickHouse } from '../src/clickhouse/server.ts';
import { freePorts, OPEN_GATES } from './clickhouse.ts';

const PASSWORD = 'admin';

/** What a stack left behind in its data directory, opened again after its end. */
export interface Stored extends AsyncDisposable {
  /** Where ClickHouse answers over HTTP, to `admin` with this password. */
  readonly url: string;
  readonly password: string;
  /** The rows of a SELECT. */
  rows<Row>(query: string): Promise<Row[]>;
  /** Runs a statement that changes rows. */
  change(statement: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts ClickHouse on the data directory of a stack that has ended. */
export async function openStored(dataDir: string): Promise<Stored> {
  const [httpPort, tcpPort] = await freePorts(2);
  const server = await startClickHouse({
    host: '127.0.0.1',
    httpPort: httpPort!,
    tcpPort: tcpPort!,
    dataDirectory: join(dataDir, 'clickhouse'),
    passwords: { admin: PASSWORD, collector: 'collector', hyperdx: 'hyperdx', simulator: 'simulator' },
    ...OPEN_GATES,
  });
  const { url } = server;
  const client = createClient({ url, username: 'admin', password: PASSWORD, database: 'otel' });
  return {
    url,
    password: PASSWORD,
    rows: (query) => rowsOf(client, query),
    change: async (statement) => {
      await client.command({ query: statement });
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.stop();
    },
  };
}

/** The rows of a SELECT, integers as numbers. */
export async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const clickhouse_settings = { output_format_json_quote_64bit_integers: 0 } as const;
  const result = await client.query({ query, format: 'JSONEachRow', clickhouse_settings });
  return result.json<Row>();
}

/** A directory of a test's own, deleted when it is disposed of. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'click-ai-stack-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
