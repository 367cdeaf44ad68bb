-- The spans of a run: how many there are, and one hash over them all, in an order that is neither the one they came in nor the one they lie in.
-- Every column counts but for the run's id, which each run has another of; attributes count in the order of their keys. What the
-- event-generator tells of itself is left out: that is of the machine.
WITH
    of_run AS
    (
        SELECT *
        FROM otel.otel_traces
        WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND Timestamp >= {since:DateTime} AND ServiceName != 'event-generator'
    ),
    hashed AS
    (
        SELECT
            toStartOfFiveMinutes(Timestamp) AS five_minutes,
            sipHash64(* REPLACE (
                mapSort(mapFilter((key, value) -> key != 'snkrs.run.id', ResourceAttributes)) AS ResourceAttributes,
                mapSort(SpanAttributes) AS SpanAttributes,
                arrayMap(attributes -> mapSort(attributes), Events.Attributes) AS `Events.Attributes`,
                arrayMap(attributes -> mapSort(attributes), Links.Attributes) AS `Links.Attributes`
            )) AS row_hash
        FROM of_run
    ),
    by_time AS
    (
        SELECT five_minutes, count() AS rows, sipHash128(arraySort(groupArray(row_hash))) AS hash
        FROM hashed
        GROUP BY five_minutes
    )
SELECT sum(rows) AS rows, lower(hex(sipHash128(arraySort(groupArray((five_minutes, hash)))))) AS hash
FROM by_time
-- Little at a time, and on disk what is more: inserts and the page's queries go on beside it, in the same memory.
SETTINGS max_threads = 1, max_block_size = 8192, max_bytes_before_external_group_by = 100000000, max_bytes_ratio_before_external_group_by = 0
