import { createClient } from '@clickhouse/client';
import { insertStatements } from '../../src/collector/mapping/statements.ts';
import type { TestClickHouse } from '../clickhouse.ts';
import { rowsOf } from '../stored.ts';
import type { Row, TableRow } from './verdict.ts';

const TABLES = (['traces', 'logs', 'metrics'] as const).flatMap((signal) =>
  insertStatements(signal).map(({ table }) => table.replace('otel.', '')),
);
/** Filled by a view. */
const TRACE_TIMES = 'otel_traces_trace_id_ts';

/** The tables' rows, to be compared with an oracle's. */
export interface StoredRows {
  /** Every row, its columns as {@link Row} has them. */
  read(): Promise<TableRow[]>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Lets rows of any age live, and reads them. */
export async function openStoredRows(clickhouse: TestClickHouse): Promise<StoredRows> {
  // A table with a thousand days in it takes its time to be emptied.
  const admin = createClient({
    url: clickhouse.url,
    username: 'admin',
    password: clickhouse.adminPassword,
    request_timeout: 300_000,
    clickhouse_settings: { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '20000' },
  });
  for (const name of [...TABLES, TRACE_TIMES]) await admin.command({ query: `ALTER TABLE otel.${name} REMOVE TTL` });
  const queries = await Promise.all(TABLES.map(async (table) => [table, await selectOf(clickhouse, table)] as const));
  return {
    read: async () => {
      const rows: TableRow[] = [];
      for (const [table, query] of queries) {
        for (const row of await rowsInBytes(clickhouse, query)) rows.push([table, row]);
      }
      return rows;
    },
    empty: async () => {
      for (const name of [...TABLES, TRACE_TIMES]) await admin.command({ query: `TRUNCATE TABLE otel.${name}` });
    },
    close: () => admin.close(),
  };
}

async function selectOf({ admin }: TestClickHouse, table: string): Promise<string> {
  const columns = await rowsOf<{ name: string; type: string }>(
    admin,
    `SELECT name, type FROM system.columns WHERE database = 'otel' AND table = '${table}' AND default_kind = '' ORDER BY position`,
  );
  const expressions = columns.map(({ name, type }) => `${comparable(`\`${name}\``, type)} AS \`${name}\``);
  // Besides those of the requests there are rows of the collector's own metrics.
  return `SELECT ${expressions.join(', ')} FROM otel.${table} WHERE ServiceName != 'otel-collector' FORMAT JSONEachRow
    SETTINGS prefer_column_name_to_alias = 1`;
}

/** An expression that loses nothing: a map as its sorted pairs, a time as its number, a float as its bits. */
function comparable(expression: string, type: string): string {
  const element = /^Array\((.*)\)$/.exec(type)?.[1];
  if (element !== undefined) {
    const inner = comparable('element', element);
    return inner === 'element' ? expression : `arrayMap(element -> ${inner}, ${expression})`;
  }
  if (type.startsWith('Map(')) return `arraySort(CAST(${expression}, 'Array(Tuple(String, String))'))`;
  if (type.startsWith('DateTime64')) return `toUnixTimestamp64Nano(${expression})`;
  if (type.startsWith('DateTime')) return `toUInt32(${expression})`;
  if (type === 'Float64') return `reinterpretAsUInt64(${expression})`;
  return expression;
}

/** Texts that are no UTF-8 come through as they are: each byte is read as one character. */
async function rowsInBytes({ url, adminPassword }: TestClickHouse, query: string): Promise<Row[]> {
  const answer = await fetch(`${url}/?output_format_json_quote_64bit_integers=1`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': 'admin', 'x-clickhouse-key': adminPassword },
    body: query,
  });
  const content = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  if (!answer.ok) throw new Error(`ClickHouse answered ${answer.status}: ${content.slice(0, 500)}`);
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line, inBytes));
}

/** ClickHouse writes U+2028 and U+2029 as escapes: these are characters already, and become their bytes. */
const inBytes = (_key: string, value: unknown) =>
  typeof value === 'string' && /[\u2028\u2029]/.test(value)
    ? value.replace(/[\u2028\u2029]/g, (character) => Buffer.from(character).toString('latin1'))
    : value;
