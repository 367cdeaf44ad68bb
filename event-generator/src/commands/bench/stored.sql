-- What each signal has stored by now, and its newest event. Both come from what the server knows of its parts without reading any: the newest
-- event is the maximum of the partition key's column.
WITH
    newest AS
    (
        SELECT 'traces' AS signal, toFloat64(max(Timestamp)) AS newest_event FROM otel.otel_traces
        UNION ALL
        SELECT 'logs', toFloat64(max(Timestamp)) FROM otel.otel_logs
        UNION ALL
        SELECT 'metrics', max(newest_event)
        FROM
        (
            SELECT toFloat64(max(TimeUnix)) AS newest_event FROM otel.otel_metrics_gauge
            UNION ALL
            SELECT toFloat64(max(TimeUnix)) FROM otel.otel_metrics_sum
            UNION ALL
            SELECT toFloat64(max(TimeUnix)) FROM otel.otel_metrics_histogram
            UNION ALL
            SELECT toFloat64(max(TimeUnix)) FROM otel.otel_metrics_exponential_histogram
            UNION ALL
            SELECT toFloat64(max(TimeUnix)) FROM otel.otel_metrics_summary
        )
    ),
    parts AS
    (
        SELECT
            multiIf(table = 'otel_traces', 'traces', table = 'otel_logs', 'logs', 'metrics') AS signal,
            sum(rows)                                                                        AS stored_rows,
            sum(data_uncompressed_bytes)                                                     AS uncompressed_bytes,
            sum(data_compressed_bytes)                                                       AS compressed_bytes
        FROM system.parts
        WHERE active AND database = 'otel' AND (table IN ('otel_traces', 'otel_logs') OR startsWith(table, 'otel_metrics_'))
        GROUP BY signal
    )
SELECT
    signal,
    toFloat64(now64(3))                                                                        AS now,
    newest_event,
    stored_rows,
    uncompressed_bytes,
    compressed_bytes,
    (SELECT toUInt32(value) FROM system.merge_tree_settings WHERE name = 'old_parts_lifetime') AS parts_kept_seconds
FROM newest
LEFT JOIN parts USING (signal)
