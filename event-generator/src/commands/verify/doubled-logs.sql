-- How many rows of a run repeat a log record that is there already, of each service that has some. A log record has no id: two of one
-- instance, instant, span, name, body and attributes are one (no two of 1.8 million from 34 drops were alike).
SELECT service, sum(copies - 1) AS doubled
FROM
(
    SELECT any(ServiceName) AS service, count() AS copies
    FROM otel.otel_logs
    WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND Timestamp >= {since:DateTime}
    GROUP BY reinterpretAsUInt128(sipHash128(
        Timestamp, TraceId, SpanId, ResourceAttributes['service.instance.id'], SeverityNumber, EventName, Body, mapSort(LogAttributes)))
    HAVING copies > 1
)
GROUP BY service
-- A run of millions of log records is counted on disk rather than in the memory that inserts share.
SETTINGS max_threads = 1, max_block_size = 8192, max_bytes_before_external_group_by = 100000000, max_bytes_ratio_before_external_group_by = 0
