-- Share of calls to Stripe, APNS and SES that fail: in the region, in the others, and afterwards.
SELECT
    multiIf(
        Timestamp > {to:DateTime64(3)}, 'after',
        ResourceAttributes['cloud.region'] = {region:String}, 'inside',
        'elsewhere'
    ) AS place,
    avgIf(StatusCode = 'Error', ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    avgIf(StatusCode = 'Error', ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE SpanName IN ('stripe.charge', 'apns.push', 'ses.send_email')
    AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
