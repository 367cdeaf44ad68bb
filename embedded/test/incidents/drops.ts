import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestClickHouse } from '../clickhouse.ts';
import { type Cleanup, startTestCollector, until } from '../collector.ts';
import { INHERITED } from '../inherited.ts';

const run = promisify(execFile);

const GENERATOR = join(import.meta.dirname, '../../../event-generator/src/main.ts');

/** When every drop begins: the same seed, then, makes the same drop each time the test runs. */
export const BEGIN = Date.UTC(2026, 5, 1, 10);

/** A store with drops of one seed in it. */
export interface Drops {
  /** Runs a drop to its end, until all of it is stored; with incidents as INCIDENTS has them. What is not kept goes first. */
  run(runId: string, incidents?: string): Promise<void>;
  /** Keeps the telemetry that is stored by now. */
  keep(): Promise<void>;
  /** The rows of a query in a file beside this one. */
  rows<Row>(file: string, params: Readonly<Record<string, unknown>>): Promise<Row[]>;
  /** The answer of a query. */
  ask<Row>(query: string): Promise<Row[]>;
}

/** Starts the real ClickHouse and the real collector, and runs the event-generator's process for each drop. */
export async function startDrops(cleanup: Cleanup, settings: Readonly<Record<string, string>>): Promise<Drops> {
  const clickhouse = await startTestClickHouse();
  cleanup.after(() => clickhouse.stop());
  const dataDir = await mkdtemp(join(tmpdir(), 'click-ai-incidents-'));
  cleanup.after(() => rm(dataDir, { recursive: true }));
  const collector = await startTestCollector(cleanup, { clickhouse });

  const query = async <Row>(query: string, query_params: Record<string, unknown> = {}): Promise<Row[]> => {
    const clickhouse_settings = { output_format_json_quote_64bit_integers: 1 } as const;
    const result = await clickhouse.admin.query({ query, query_params, clickhouse_settings, format: 'JSONEachRow' });
    return result.json<Row>();
  };
  const change = (statement: string) => clickhouse.admin.command({ query: statement });
  // The day of the drops is long over.
  const expiring = "SELECT name FROM system.tables WHERE database = 'otel' AND create_table_query LIKE '% TTL %'";
  const tables = (await query<{ name: string }>(expiring)).map(({ name }) => name);
  for (const name of tables) await change(`ALTER TABLE otel.${name} REMOVE TTL`);
  let isKept = false;

  const isStored = () => {
    const { traces, logs, metrics } = collector.counts();
    return [traces, logs, metrics].every(({ accepted, stored }) => stored === accepted);
  };
  return {
    ask: query,
    rows: (file, params) => query(readFileSync(join(import.meta.dirname, file), 'utf8'), params),
    async keep() {
      await change('CREATE DATABASE kept');
      for (const name of tables) {
        await change(`CREATE TABLE kept.${name} AS otel.${name}`);
        await change(`ALTER TABLE kept.${name} ATTACH PARTITION ALL FROM otel.${name}`);
      }
      isKept = true;
    },
    async run(runId, incidents = 'none') {
      // Queries of a test stay as quick as those of the first. Parts are shared, not copied.
      for (const name of isKept ? tables : []) {
        await change(`TRUNCATE TABLE otel.${name}`);
        await change(`ALTER TABLE otel.${name} ATTACH PARTITION ALL FROM kept.${name}`);
      }
      await run(process.execPath, [GENERATOR], {
        env: {
          ...INHERITED,
          DATA_DIR: dataDir,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.grpcPort}`,
          STORE_URL: clickhouse.url,
          STORE_PASSWORD: clickhouse.passwords.simulator,
          CONTROL_PORT: '0',
          SEED: '42',
          SIMULATE_FROM: new Date(BEGIN).toISOString(),
          CYCLES: '1',
          METRICS_INTERVAL_SECONDS: '2',
          RUN_ID: runId,
          INCIDENTS: incidents,
          ...settings,
        },
      });
      await until('all that was sent to be stored', isStored, 60_000);
      const { traces, logs, metrics } = collector.counts();
      assert.deepEqual([traces.quarantined, logs.quarantined, metrics.quarantined], [0, 0, 0]);
    },
  };
}
