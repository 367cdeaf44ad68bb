-- Share of the payments that are held for their fraud score.
SELECT
    if(Timestamp < {to:DateTime64(3)}, 'inside', 'after') AS place,
    avgIf(toUInt8(SpanAttributes['snkrs.fraud.score']) > 85, ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    avgIf(toUInt8(SpanAttributes['snkrs.fraud.score']) > 85, ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE ServiceName = 'fraud-detection' AND SpanName = 'score_check' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
