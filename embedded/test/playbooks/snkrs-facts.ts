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
function dropEnds(printed: string): [DropEnd, DropEnd] {
  const ends = [...printed.matchAll(/over +(\d+) draw entries, (\d+) orders, (\d+) pairs left/g)].map((match) => {
    const [entries = 0, orders = 0, left = 0] = match.slice(1).map(Number);
    return { entries, orders, left };
  });
  assert.ok(ends[0] && ends[1] && ends.length === 2, printed);
  return [ends[0], ends[1]];
}

/** The end of the second drop, which is the one most questions are about. */
export const secondDrop = (printed: string) => dropEnds(printed)[1];

/**
 * How many orders came of the first drop, by its logs. The terminal tells of its end when the second drop opens: a checkout that is still
 * under way then is an order too, which on a busy machine happens.
 */
export async function firstDropOrders(sql: Sql, printed: string): Promise<number> {
  const [row] = await sql(
    `SELECT count() AS orders FROM otel.otel_logs
     WHERE EventName = 'snkrs.order.created' AND startsWith(LogAttributes['snkrs.order.id'], 'ord_1_')`,
  );
  const orders = Number(row?.orders);
  const told = dropEnds(printed)[0].orders;
  assert.ok(orders >= told && orders <= 60, `${orders} orders by the logs, ${told} when the second drop opened`);
  return orders;
}

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

/** Log records of the second drop's requests and messages that are alike. */
interface LogGroup {
  readonly event: string;
  /** `error.type`, or empty. */
  readonly error: string;
  /** Of the request that was answered, or empty. */
  readonly path: string;
  /** What it was answered with, or 0. */
  readonly status: number;
  readonly records: number;
}

const known = new WeakMap<Sql, Promise<LogGroup[]>>();

/** What the logs say of the second drop; asked once, since most answers are held against it. */
function logGroups(sql: Sql): Promise<LogGroup[]> {
  const groups = known.get(sql) ?? readLogGroups(sql);
  known.set(sql, groups);
  return groups;
}

async function readLogGroups(sql: Sql): Promise<LogGroup[]> {
  const rows = await sql(
    `SELECT EventName AS event, LogAttributes['error.type'] AS error, LogAttributes['url.path'] AS path,
       toUInt16OrZero(LogAttributes['http.response.status_code']) AS status, count() AS records
     FROM otel.otel_logs
     WHERE TraceId IN (SELECT TraceId FROM otel.otel_traces WHERE SpanAttributes['snkrs.drop.id'] LIKE '%-0002')
     GROUP BY ALL`,
  );
  return rows.map(({ event, error, path, status, records }) => ({
    event: String(event),
    error: String(error),
    path: String(path),
    status: Number(status),
    records: Number(records),
  }));
}

async function records(sql: Sql, matches: (group: LogGroup) => boolean): Promise<number> {
  return sum((await logGroups(sql)).filter(matches).map((group) => group.records));
}

/** How many records of an event the second drop has. */
export const events = (sql: Sql, event: string) => records(sql, (group) => group.event === event);

/** How many failures of a type were logged, each of them where it happened. */
export const failures = (sql: Sql, type: string) => records(sql, (group) => group.error === type);

/** How many requests for paths that begin so, the gateway's log says, were answered with a status in that range. */
export function answered(sql: Sql, path: string, from = 200, to = 599): Promise<number> {
  return records(sql, (group) => group.path.startsWith(path) && group.status >= from && group.status <= to);
}

/** How many spans of the second drop fulfil `condition`. */
export async function spans(sql: Sql, condition: string): Promise<number> {
  const [row] = await sql(
    `SELECT count() AS spans FROM otel.otel_traces WHERE SpanAttributes['snkrs.drop.id'] LIKE '%-0002' AND ${condition}`,
  );
  return Number(row?.spans);
}
