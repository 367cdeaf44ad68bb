import type { ClickHouseClient } from '@clickhouse/client';

// Of queries over HTTP: the query that keeps the embedded server running is a SELECT, too. Their own lines in the log of queries would hide
// the user's.
const KILL = "KILL QUERY WHERE query_kind = 'Select' AND interface = 2";
const UNLOGGED = { clickhouse_settings: { log_queries: 0 } } as const;

/**
 * Ends the SELECT of an HTTP connection of this machine's, by the port it comes from; `admin` is past the gate. Does not wait. A server
 * that is gone or too busy to do it leaves the query to itself.
 */
export function endSelect(admin: ClickHouseClient, fromPort: number): void {
  admin
    .command({ query: `${KILL} AND port = {fromPort:UInt16} ASYNC`, query_params: { fromPort }, ...UNLOGGED })
    .catch(() => {});
}

/** Ends every SELECT over HTTP, before a stop: a server waits for its queries. Resolves when that is asked, or cannot be within a second. */
export async function endSelects(admin: ClickHouseClient): Promise<void> {
  await admin
    .command({ query: `${KILL} ASYNC`, abort_signal: AbortSignal.timeout(1_000), ...UNLOGGED })
    .catch(() => {});
}
