-- Share of the session lookups that find nothing.
SELECT
    if(Timestamp < {to:DateTime64(3)}, 'inside', 'after') AS place,
    avgIf(SpanAttributes['snkrs.cache.hit'] = 'false', ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    avgIf(SpanAttributes['snkrs.cache.hit'] = 'false', ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName = 'redis.get session' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
