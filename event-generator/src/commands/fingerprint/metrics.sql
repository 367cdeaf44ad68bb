-- The data points of a run, of all kinds: how many there are, and one hash over them all, as traces.sql makes it.
WITH
    of_run_gauge AS
    (
        SELECT *
        FROM otel.otel_metrics_gauge
        WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime} AND ServiceName != 'event-generator'
    ),
    of_run_sum AS
    (
        SELECT *
        FROM otel.otel_metrics_sum
        WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime} AND ServiceName != 'event-generator'
    ),
    of_run_histogram AS
    (
        SELECT *
        FROM otel.otel_metrics_histogram
        WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime} AND ServiceName != 'event-generator'
    ),
    of_run_exponential_histogram AS
    (
        SELECT *
        FROM otel.otel_metrics_exponential_histogram
        WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime} AND ServiceName != 'event-generator'
    ),
    of_run_summary AS
    (
        SELECT *
        FROM otel.otel_metrics_summary
        WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime} AND ServiceName != 'event-generator'
    ),
    hashed AS
    (
        SELECT
            toStartOfFiveMinutes(TimeUnix) AS five_minutes,
            sipHash64('gauge', * REPLACE (
                mapSort(mapFilter((key, value) -> key != 'snkrs.run.id', ResourceAttributes)) AS ResourceAttributes,
                mapSort(ScopeAttributes) AS ScopeAttributes,
                mapSort(Attributes) AS Attributes,
                arrayMap(attributes -> mapSort(attributes), Exemplars.FilteredAttributes) AS `Exemplars.FilteredAttributes`
            )) AS row_hash
        FROM of_run_gauge
        UNION ALL
        SELECT
            toStartOfFiveMinutes(TimeUnix) AS five_minutes,
            sipHash64('sum', * REPLACE (
                mapSort(mapFilter((key, value) -> key != 'snkrs.run.id', ResourceAttributes)) AS ResourceAttributes,
                mapSort(ScopeAttributes) AS ScopeAttributes,
                mapSort(Attributes) AS Attributes,
                arrayMap(attributes -> mapSort(attributes), Exemplars.FilteredAttributes) AS `Exemplars.FilteredAttributes`
            )) AS row_hash
        FROM of_run_sum
        UNION ALL
        SELECT
            toStartOfFiveMinutes(TimeUnix) AS five_minutes,
            sipHash64('histogram', * REPLACE (
                mapSort(mapFilter((key, value) -> key != 'snkrs.run.id', ResourceAttributes)) AS ResourceAttributes,
                mapSort(ScopeAttributes) AS ScopeAttributes,
                mapSort(Attributes) AS Attributes,
                arrayMap(attributes -> mapSort(attributes), Exemplars.FilteredAttributes) AS `Exemplars.FilteredAttributes`
            )) AS row_hash
        FROM of_run_histogram
        UNION ALL
        SELECT
            toStartOfFiveMinutes(TimeUnix) AS five_minutes,
            sipHash64('exponential_histogram', * REPLACE (
                mapSort(mapFilter((key, value) -> key != 'snkrs.run.id', ResourceAttributes)) AS ResourceAttributes,
                mapSort(ScopeAttributes) AS ScopeAttributes,
                mapSort(Attributes) AS Attributes,
                arrayMap(attributes -> mapSort(attributes), Exemplars.FilteredAttributes) AS `Exemplars.FilteredAttributes`
            )) AS row_hash
        FROM of_run_exponential_histogram
        UNION ALL
        SELECT
            toStartOfFiveMinutes(TimeUnix) AS five_minutes,
            sipHash64('summary', * REPLACE (
                mapSort(mapFilter((key, value) -> key != 'snkrs.run.id', ResourceAttributes)) AS ResourceAttributes,
                mapSort(ScopeAttributes) AS ScopeAttributes,
                mapSort(Attributes) AS Attributes
            )) AS row_hash
        FROM of_run_summary
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
