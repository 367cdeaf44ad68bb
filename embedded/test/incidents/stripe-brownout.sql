-- Median duration of a charge, in ms.
SELECT
    if(Timestamp < {to:DateTime64(3)}, 'inside', 'after') AS place,
    quantileIf(0.5)(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    quantileIf(0.5)(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName = 'stripe.charge' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
