import type { Row, Sql } from './answer.ts';
import { askerOf } from './ask-again.ts';

/** A span whose place in its trace and whose times are known. */
export interface KnownSpan {
  readonly trace: string;
  readonly span: string;
  readonly parent?: string;
  readonly service: string;
  readonly name: string;
  readonly kind?: 'Server' | 'Client' | 'Internal' | 'Consumer' | 'Producer';
  /** When it starts, in milliseconds after `secondsAgo`. */
  readonly at: number;
  readonly ms: number;
  readonly secondsAgo?: number;
  readonly status?: 'Error' | 'Unset';
  readonly attributes?: Readonly<Record<string, string>>;
  readonly resource?: Readonly<Record<string, string>>;
  readonly links?: readonly { readonly trace: string; readonly span: string }[];
  /** How many such spans, each in a trace of its own. */
  readonly copies?: number;
}

/** The spans of the run, without those added beside them. */
export const RUN_SPANS = "(SELECT * FROM otel.otel_traces WHERE ServiceName NOT LIKE 'known-%')";

/** Asks a question of `otel_queries.sql` again, after known rows were added. */
export const askAgain = askerOf('otel_queries.sql');

/** Stores spans beside those of the run. */
export async function addSpans(sql: Sql, spans: readonly KnownSpan[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const rows = spans.map((span) => {
    const { secondsAgo = 120, copies = 1, kind = 'Internal', parent = '', status = 'Unset', links = [] } = span;
    const start = `fromUnixTimestamp64Nano(toInt64(${now - secondsAgo}) * 1000000000 + ${Math.round(span.at * 1e6)})`;
    const trace = copies > 1 ? `concat('${span.trace}', toString(number))` : `'${span.trace}'`;
    return `
      SELECT ${start}, ${trace}, '${span.span}', '${parent}', '${span.service}', '${span.name}', '${kind}', ${Math.round(span.ms * 1e6)},
        '${status}', ${map(span.attributes)}, ${map(span.resource)},
        ${strings(links.map(({ trace }) => trace))}, ${strings(links.map(({ span }) => span))}
      FROM numbers(${copies})`;
  });
  await sql(`
    INSERT INTO otel.otel_traces
      (Timestamp, TraceId, SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, Duration, StatusCode, SpanAttributes, ResourceAttributes,
       Links.TraceId, Links.SpanId)
    ${rows.join(' UNION ALL ')}`);
}

/** A ClickHouse literal of a map of strings. */
export function map(values: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(values).flatMap(([key, value]) => [`'${key}'`, `'${value}'`]);
  return `CAST(map(${pairs.join(', ')}), 'Map(LowCardinality(String), String)')`;
}

/** A ClickHouse literal of a list of strings. */
function strings(values: readonly string[]): string {
  return `CAST([${values.map((value) => `'${value}'`).join(', ')}], 'Array(String)')`;
}

/** The one row in which each of the columns has the value given, or an error that tells which it was to be. */
export function rowWith(rows: readonly Row[], values: Row): Row {
  const found = rows.filter((row) => Object.entries(values).every(([column, value]) => row[column] === value));
  if (found.length !== 1) throw new Error(`${found.length} rows have ${JSON.stringify(values)}, expected 1.`);
  return found[0]!;
}

/** The sum of a column of numbers. */
export function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

/** Some columns of each row. */
export function pick(rows: readonly Row[], ...columns: readonly string[]): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
}
