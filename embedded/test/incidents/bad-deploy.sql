-- Orders that are paid for, for each that is made of them: by the canary's version, by the others, and afterwards.
SELECT
    multiIf(
        Timestamp > {to:DateTime64(3)}, 'after',
        ResourceAttributes['service.version'] = '2.4.0', 'inside',
        'elsewhere'
    ) AS place,
    1 / avgIf(StatusCode != 'Error', ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    1 / avgIf(StatusCode != 'Error', ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName = 'create_order' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
