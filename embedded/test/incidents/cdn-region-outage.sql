-- Median duration of getting an image from the CDN, in ms: in the region, in the others, and afterwards.
SELECT
    multiIf(
        Timestamp > {to:DateTime64(3)}, 'after',
        ResourceAttributes['cloud.region'] = {region:String}, 'inside',
        'elsewhere'
    ) AS place,
    quantileIf(0.5)(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    quantileIf(0.5)(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName = 'cdn.get images' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
