-- Requests a second from the network of the bots; elsewhere: of everybody else, each worker of whom has less of the platform.
SELECT
    multiIf(Timestamp > {to:DateTime64(3)}, 'after', startsWith(SpanAttributes['client.address'], '203.0.113.'), 'inside', 'elsewhere') AS place,
    countIf(ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
    countIf(ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
FROM otel.otel_traces
WHERE ServiceName = 'api-gateway' AND SpanKind = 'Server' AND SpanAttributes['snkrs.phase'] = 'DROP_LIVE'
    AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
GROUP BY place
