import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Config, readConfig } from '../embedded/src/config.ts';
import { type Backend, startBackend } from '../embedded/src/supervisor/backend.ts';
import { claimDataDirectory } from '../embedded/src/supervisor/data-directory.ts';
import { checkPorts } from '../embedded/src/supervisor/ports.ts';
import type { Service } from '../embedded/src/supervisor/service.ts';

/** The stack without Docker over the store of a set, but for its event-generator. */
export interface Store {
  readonly config: Config;
  readonly backend: Backend;
  /** As its administrator. */
  readonly clickhouse: ClickHouseClient;
  /** The rows of the query in a file beside this one, integers as numbers. */
  rows<Row>(file: string, params?: Readonly<Record<string, unknown>>): Promise<Row[]>;
}

/** How the stack is started. */
export interface StoreOptions {
  readonly directory: string;
  /** On top of the environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** Takes lines for people. */
  readonly print: (line: string) => void;
  readonly stop: AbortSignal;
}

const NO_CONTROL = { host: '', port: 0 };
/** Some answers look at everything. */
const PATIENCE_MS = 600_000;

/** Starts the stack over a store, and stops it in order when `use` is done. Throws the errors of the part that does not start. */
export async function withStore<T>(
  { directory, settings, print, stop }: StoreOptions,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const config = readConfig({ ...process.env, ...settings, DATA_DIR: directory });
  const claim = await claimDataDirectory(config.dataDir, config.paths);
  const running: Service[] = [];
  try {
    await checkPorts({ ...config, control: NO_CONTROL }, { stop });
    const kill = new AbortController().signal;
    const quiet = { onReady: () => {}, onStopping: () => {} };
    const backend = await startBackend({ config, stop, kill, report: print, ...quiet }, running);
    const clickhouse = createClient({
      url: backend.store.url,
      username: 'admin',
      password: config.clickhousePassword,
      request_timeout: PATIENCE_MS,
      // What goes wrong is thrown; a word on patience is none for people.
      log: { level: ClickHouseLogLevel.OFF },
    });
    try {
      return await use({ config, backend, clickhouse, rows: (file, params) => rowsOf(clickhouse, file, params) });
    } finally {
      await clickhouse.close();
    }
  } finally {
    for (const service of running.reverse()) await service.stop();
    claim.release();
  }
}

async function rowsOf<Row>(
  clickhouse: ClickHouseClient,
  file: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<Row[]> {
  const answer = await clickhouse.query({
    query: await readFile(join(import.meta.dirname, file), 'utf8'),
    query_params: params,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return answer.json<Row>();
}
