-- How many rows of a run repeat a span that is there already, of each service that has some. A span is its trace's id and its own.
SELECT service, sum(copies - 1) AS doubled
FROM
(
    SELECT any(ServiceName) AS service, count() AS copies
    FROM otel.otel_traces
    WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND Timestamp >= {since:DateTime}
    -- 16 bytes a span, whatever its ids look like; as a number they are grouped fastest.
    GROUP BY reinterpretAsUInt128(sipHash128(TraceId, SpanId))
    HAVING copies > 1
)
GROUP BY service
-- A run of millions of spans is counted on disk rather than in the memory that inserts share.
SETTINGS max_threads = 1, max_block_size = 8192, max_bytes_before_external_group_by = 100000000, max_bytes_ratio_before_external_group_by = 0
