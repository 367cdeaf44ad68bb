-- Mean duration of get_product, in ms: on the pod, on the others, and afterwards.
SELECT
    multiIf(
        Timestamp > {to:DateTime64(3)}, 'after',
        ResourceAttributes['service.instance.id'] = {instance:String}, 'inside',
        'elsewhere'
    ) AS place,
    avgIf(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    avgIf(Duration / 1e6, ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName = 'get_product' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
