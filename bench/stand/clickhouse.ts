import type { ClickHouseClient } from '@clickhouse/client';
import { startTestClickHouse } from '../../embedded/test/clickhouse.ts';
import { rowsOf } from '../../embedded/test/stored.ts';

/** The embedded ClickHouse with the schema of the stack, for the collectors that are compared. */
export interface BenchClickHouse extends AsyncDisposable {
  readonly pid: number;
  /** Over HTTP, as the collector of the stack reaches it: without the gate that stands before it. */
  readonly url: string;
  /** The native protocol, `address:port`, without its gate too. */
  readonly native: string;
  readonly collectorPassword: string;
  readonly admin: ClickHouseClient;
  /** Spans in the table; asking is cheap. */
  countSpans(): Promise<number>;
  /** Whether an INSERT is under way. */
  isInserting(): Promise<boolean>;
  /** Empties the tables of traces and logs. */
  empty(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts it on free ports, with a temporary directory. */
export async function startBenchClickHouse(): Promise<BenchClickHouse> {
  const clickhouse = await startTestClickHouse();
  const { admin, collectorPassword, server } = clickhouse;
  const one = async (query: string) => (await rowsOf<{ n: number }>(admin, query))[0]!.n;
  return {
    pid: server.pid,
    url: server.innerUrl,
    native: `${server.inner.host}:${server.inner.nativePort}`,
    collectorPassword,
    admin,
    countSpans: () => one('SELECT count() AS n FROM otel.otel_traces'),
    isInserting: async () => (await one("SELECT count() AS n FROM system.processes WHERE query_kind = 'Insert'")) > 0,
    empty: async () => {
      for (const table of ['otel_traces', 'otel_traces_trace_id_ts', 'otel_logs']) {
        await admin.command({ query: `TRUNCATE TABLE otel.${table}` });
      }
    },
    [Symbol.asyncDispose]: () => clickhouse.stop(),
  };
}
