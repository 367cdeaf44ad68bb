-- What a run had said by an instant: the rows of each table, and one hash over them. Every column counts but for the run's id; what the
-- event-generator tells of itself is of the machine.
WITH
    (attributes, at) -> attributes['snkrs.run.id'] = {run:String} AND attributes['service.name'] != 'event-generator' AND at < {until:DateTime64(3)} AS is_said,
    attributes -> mapFilter((key, value) -> key != 'snkrs.run.id', attributes) AS without_run
SELECT *
FROM
(
    SELECT 'traces' AS said, count() AS rows, groupBitXor(sipHash64(* REPLACE (without_run(ResourceAttributes) AS ResourceAttributes))) AS hash
    FROM (SELECT * FROM otel.otel_traces WHERE is_said(ResourceAttributes, Timestamp + toIntervalNanosecond(Duration)))
    UNION ALL
    SELECT 'logs', count(), groupBitXor(sipHash64(* REPLACE (without_run(ResourceAttributes) AS ResourceAttributes)))
    FROM (SELECT * FROM otel.otel_logs WHERE is_said(ResourceAttributes, Timestamp))
    UNION ALL
    SELECT 'gauges', count(), groupBitXor(sipHash64(* REPLACE (without_run(ResourceAttributes) AS ResourceAttributes)))
    FROM (SELECT * FROM otel.otel_metrics_gauge WHERE is_said(ResourceAttributes, TimeUnix))
    UNION ALL
    SELECT 'sums', count(), groupBitXor(sipHash64(* REPLACE (without_run(ResourceAttributes) AS ResourceAttributes)))
    FROM (SELECT * FROM otel.otel_metrics_sum WHERE is_said(ResourceAttributes, TimeUnix))
    UNION ALL
    SELECT 'histograms', count(), groupBitXor(sipHash64(* REPLACE (without_run(ResourceAttributes) AS ResourceAttributes)))
    FROM (SELECT * FROM otel.otel_metrics_histogram WHERE is_said(ResourceAttributes, TimeUnix))
)
ORDER BY said
