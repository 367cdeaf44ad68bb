-- From the first moment of a request to its last as its spans have it, in ms: where it went through the pod, where it did not, and afterwards.
WITH requests AS
(
    SELECT
        ResourceAttributes['snkrs.run.id'] AS run,
        minIf(Timestamp, ParentSpanId = '') AS began,
        dateDiff('millisecond', min(Timestamp), max(Timestamp)) AS took,
        countIf(ResourceAttributes['service.instance.id'] = {instance:String}) > 0 AS touched
    FROM otel.otel_traces
    WHERE SpanAttributes['snkrs.phase'] != 'PRE_DROP'
    GROUP BY run, TraceId
    HAVING countIf(SpanName = 'validate_request') > 0
)
SELECT
    multiIf(began > {to:DateTime64(3)}, 'after', touched, 'inside', 'elsewhere') AS place,
    quantileIf(0.5)(took, run = {troubled:String}) AS troubled,
    quantileIf(0.5)(took, run = {quiet:String}) AS quiet
FROM requests
WHERE began BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR began >= {recovered:DateTime64(3)}
GROUP BY place
