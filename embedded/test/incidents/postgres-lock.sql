-- Median duration of setting a pair aside in Postgres, in ms; elsewhere: of the other statements that Postgres gets.
SELECT
    multiIf(
        SpanName != 'postgres.update inventory', 'elsewhere',
        Timestamp > {to:DateTime64(3)}, 'after',
        'inside'
    ) AS place,
    quantileIf(0.5)(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    quantileIf(0.5)(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName LIKE 'postgres.%' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
