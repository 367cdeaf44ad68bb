import assert from 'node:assert/strict';
import type { Row, Sql } from './answer.ts';

/** What the terminal said when a drop was over. */
export interface DropEnd {
  readonly entries: number;
  readonly orders: number;
  /** Pairs that found nobody. */
  readonly left: number;
}

/** The ends of both drops, in their order. */
export function dropEnds(printed: string): [DropEnd, DropEnd] {
  const ends = [...printed.matchAll(/over +(\d+) draw entries, (\d+) orders, (\d+) pairs left/g)].map((match) => {
    const [entries = 0, orders = 0, left = 0] = match.slice(1).map(Number);
    return { entries, orders, left };
  });
  assert.ok(ends[0] && ends[1] && ends.length === 2, printed);
  return [ends[0], ends[1]];
}

/** The end of the second drop, which is the one most questions are about. */
export const secondDrop = (printed: string) => dropEnds(printed)[1];

/** A column of an answer that holds numbers. */
export function numbers(rows: readonly Row[], column: string): number[] {
  return rows.map((row) => {
    const value = row[column];
    assert.ok(typeof value === 'number', `${column}: ${value}`);
    return value;
  });
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The only row whose `column` has that value. */
export function rowWhere(rows: readonly Row[], column: string, value: string): Row {
  const found = rows.filter((row) => row[column] === value);
  assert.equal(found.length, 1, `${found.length} rows with ${column} = ${value}`);
  return found[0]!;
}

/** One number of that row. */
export function numberAt(rows: readonly Row[], column: string, value: string, number: string): number {
  return numbers([rowWhere(rows, column, value)], number)[0]!;
}

/** How many log records of the second drop's requests fulfil `condition`: the same story, told by another signal. */
export async function logs(sql: Sql, condition: string): Promise<number> {
  const [row] = await sql(
    `SELECT count() AS records FROM otel.otel_logs WHERE ${condition} AND TraceId IN
     (SELECT TraceId FROM otel.otel_traces WHERE SpanAttributes['snkrs.drop.id'] LIKE '%-0002')`,
  );
  return Number(row?.records);
}

/** How many spans of the second drop fulfil `condition`. */
export async function spans(sql: Sql, condition: string): Promise<number> {
  const [row] = await sql(
    `SELECT count() AS spans FROM otel.otel_traces WHERE SpanAttributes['snkrs.drop.id'] LIKE '%-0002' AND ${condition}`,
  );
  return Number(row?.spans);
}

/** How many requests for `path` the gateway's log says were answered `status`, a number or a range of them. */
export function answered(sql: Sql, path: string, status: string): Promise<number> {
  return logs(
    sql,
    `EventName = 'snkrs.access' AND LogAttributes['url.path'] LIKE '${path}'
     AND toUInt16(LogAttributes['http.response.status_code']) ${status}`,
  );
}
