-- How often auth-service is asked for each request: while it is on, and afterwards; elsewhere: how often it is asked where it does not fail.
WITH requests AS
(
    SELECT ResourceAttributes['snkrs.run.id'] AS run, TraceId, min(Timestamp) AS at, countIf(SpanName = 'validate_request') AS asked,
        countIf(SpanName = 'validate_request' AND StatusCode = 'Error') > 0 AS failed
    FROM otel.otel_traces
    WHERE (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
    GROUP BY run, TraceId
    HAVING asked > 0
)
SELECT multiIf(at > {to:DateTime64(3)}, 'after', failed, 'inside', 'elsewhere') AS place, avgIf(asked, run = {troubled:String}) AS troubled, avgIf(asked, run = {quiet:String}) AS quiet
FROM requests
GROUP BY place
HAVING place != 'after' OR quiet > 0
