import type { ClickHouseClient } from '@clickhouse/client';

/**
 * Ends the SELECT of an HTTP connection of this machine's, by the port it comes from; `admin` is past the gate. Does not wait. A server
 * that is gone or too busy to do it leaves the query to itself.
 */
export function endSelect(admin: ClickHouseClient, fromPort: number): void {
  admin
    .command({
      query: "KILL QUERY WHERE query_kind = 'Select' AND port = {fromPort:UInt16} ASYNC",
      query_params: { fromPort },
      // So many lines in the log of queries would hide the user's own.
      clickhouse_settings: { log_queries: 0 },
    })
    .catch(() => {});
}
