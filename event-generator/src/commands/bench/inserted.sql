-- Rows and bytes that INSERTs wrote, by signal and second. An INSERT leaves parts of level 0; a merge makes one of a higher level of several, and
-- the server keeps those inactive for a while (old_parts_lifetime in config/clickhouse-config.xml). So this reads the server's list of parts and no
-- data at all. A replayed INSERT that was recognised as one leaves no part, and a mutated part is a new version of one that was counted.
SELECT
    multiIf(table = 'otel_traces', 'traces', table = 'otel_logs', 'logs', 'metrics') AS signal,
    toUnixTimestamp(modification_time)                                               AS second,
    sum(rows)                                                                        AS inserted_rows,
    sum(data_uncompressed_bytes)                                                     AS inserted_bytes,
    sum(bytes_on_disk)                                                               AS inserted_bytes_on_disk
FROM system.parts
WHERE database = 'otel'
  AND (table IN ('otel_traces', 'otel_logs') OR startsWith(table, 'otel_metrics_'))
  AND level = 0
  AND data_version = min_block_number
  AND modification_time > now() - INTERVAL 70 SECOND
GROUP BY signal, second
ORDER BY signal, second
