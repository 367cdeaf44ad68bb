import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError } from '@clickhouse/client';
import { insertStatements, type Signal } from '../../src/collector/mapping/statements.ts';
import type { TestClickHouse } from '../clickhouse.ts';
import { rowsOf } from '../stored.ts';

/** Where the rows of the real collector are kept, in tables of the same names. */
const REAL = 'real';

/** The expression that tells which case a row belongs to, see bodies/case.ts. */
const CASE_OF: Readonly<Record<Signal, string>> = {
  traces: `if(SpanName != '', SpanName, TraceState)`,
  logs: `if(SeverityText != '', SeverityText, EventName)`,
  metrics: `if(MetricName != '', MetricName, MetricUnit)`,
};

const TABLES = (['traces', 'logs', 'metrics'] as const).flatMap((signal) =>
  insertStatements(signal).map(({ table }) => ({ name: table.replace('otel.', ''), caseOf: CASE_OF[signal] })),
);
/** Filled by a view, one row a trace and INSERT. */
const TRACE_TIMES = 'otel_traces_trace_id_ts';
const NAMES = [...TABLES.map(({ name }) => name), TRACE_TIMES];

/** A collector's own metrics, which either sends to itself. */
const OWN = `ServiceName = 'otel-collector'`;

const ATTEMPTS = 20;

/** A row that only one of the two has stored, every column as text. */
export type Row = Readonly<Record<string, string>> & { readonly case: string; readonly times: string };

/** What one table holds of one side only. */
export interface OneSided {
  readonly table: string;
  readonly real: readonly Row[];
  readonly embedded: readonly Row[];
}

/** Makes room for the rows of the real collector, and lets rows of any age live. */
export async function prepareTables({ admin }: TestClickHouse): Promise<void> {
  await admin.command({ query: `CREATE DATABASE ${REAL}` });
  for (const name of NAMES) {
    await admin.command({ query: `ALTER TABLE otel.${name} REMOVE TTL` });
    await admin.command({ query: `CREATE TABLE ${REAL}.${name} AS otel.${name}` });
  }
}

/** Deletes the rows of both. */
export async function emptyTables({ admin }: TestClickHouse): Promise<void> {
  for (const name of NAMES) {
    await admin.command({ query: `TRUNCATE TABLE ${REAL}.${name}` });
    await admin.command({ query: `TRUNCATE TABLE otel.${name}` });
  }
}

/** Moves what is in the tables of database otel to where `compareTables` looks for the rows of the real collector. */
export async function keepAsReal({ admin }: TestClickHouse): Promise<void> {
  for (const name of NAMES) {
    // A block that was stored in spite of the error that was told is not stored again.
    const token = { insert_deduplication_token: randomUUID() };
    await patiently(() =>
      admin.command({
        query: `INSERT INTO ${REAL}.${name} SELECT * FROM otel.${name}`,
        clickhouse_settings: { max_partitions_per_insert_block: '0', ...token },
      }),
    );
    await admin.command({ query: `TRUNCATE TABLE otel.${name}` });
  }
}

/** Rows in the tables of database otel, a collector's own metrics left out. */
export async function countRows({ admin }: TestClickHouse): Promise<number> {
  const counts = TABLES.map(({ name }) => `(SELECT count() FROM otel.${name} WHERE NOT ${OWN})`);
  const [row] = await patiently(() => rowsOf<{ count: number }>(admin, `SELECT ${counts.join(' + ')} AS count`));
  return row!.count;
}

/** Every row, with how often it is there, that is not as often in the other database's table. */
export async function compareTables(clickhouse: TestClickHouse): Promise<OneSided[]> {
  const compared: OneSided[] = [];
  for (const { name, caseOf } of TABLES) {
    const columns = (await columnsOf(clickhouse, name)).join(', ');
    const all = (database: string) =>
      `SELECT ${caseOf} AS case, ${columns}, count() AS times FROM ${database}.${name} WHERE NOT ${OWN} GROUP BY ALL`;
    compared.push(await oneSided(clickhouse, name, all));
  }
  const traceTimes = (database: string) =>
    `SELECT TraceId AS case, min(Start) AS Start, max(End) AS End, 1 AS times FROM ${database}.${TRACE_TIMES} GROUP BY TraceId`;
  return [...compared, await oneSided(clickhouse, TRACE_TIMES, traceTimes)];
}

async function oneSided(
  { admin }: TestClickHouse,
  table: string,
  all: (database: string) => string,
): Promise<OneSided> {
  const onlyIn = async (database: string, other: string) => {
    const query = `SELECT * FROM (${all(database)} EXCEPT ${all(other)}) ORDER BY ALL`;
    return patiently(async () => (await admin.query({ query, format: 'JSONStringsEachRow' })).json<Row>());
  };
  return { table, real: await onlyIn(REAL, 'otel'), embedded: await onlyIn('otel', REAL) };
}

/** A table's columns with the entries of their maps in one order. */
async function columnsOf({ admin }: TestClickHouse, table: string): Promise<string[]> {
  const columns = await rowsOf<{ name: string; type: string }>(
    admin,
    `SELECT name, type FROM system.columns WHERE database = 'otel' AND table = '${table}' ORDER BY position`,
  );
  return columns.map(({ name, type }) => {
    if (type.startsWith('Map(')) return `mapSort(${table}.\`${name}\`) AS \`${name}\``;
    if (type.startsWith('Array(Map(')) return `arrayMap(map -> mapSort(map), ${table}.\`${name}\`) AS \`${name}\``;
    return `\`${name}\``;
  });
}

/** INSERTs and merges share the server's memory with these queries: for a moment there may be none left. */
async function patiently<Result>(query: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await query();
    } catch (error) {
      const isShortOfMemory = error instanceof ClickHouseError && error.type === 'MEMORY_LIMIT_EXCEEDED';
      if (!isShortOfMemory || attempt === ATTEMPTS) throw error;
      await sleep(1_000);
    }
  }
}
