-- What a visitor of HyperDX looks at, ending now: checkouts over five services, every tenth without its money, with their logs and
-- the platform's metrics. Trace n is of second now - 2n, so a trace id says its age.

INSERT INTO otel.otel_traces
    (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, SpanAttributes, Duration,
     StatusCode, StatusMessage, `Events.Timestamp`, `Events.Name`, `Events.Attributes`)
WITH
    [('api-gateway',       'POST /v1/checkout',       'Server',   0,   0, 330),
     ('api-gateway',       'auth/validate_request',   'Client',   1,   4,  50),
     ('auth-service',      'validate_request',        'Server',   2,   6,  45),
     ('auth-service',      'redis.get session',       'Client',   3,   8,  12),
     ('api-gateway',       'inventory/reserve_pair',  'Client',   1,  60,  40),
     ('inventory-service', 'reserve_pair',            'Server',   5,  62,  36),
     ('inventory-service', 'redis.decr stock',        'Client',   6,  70,  16),
     ('api-gateway',       'payment/process_payment', 'Client',   1, 105, 220),
     ('payment-service',   'process_payment',         'Server',   8, 107, 215),
     ('payment-service',   'stripe.charge',           'Client',   9, 112, 190)] AS shape
SELECT
    now64(9) - toIntervalSecond(2 * number + 1) + toIntervalMillisecond(span.5) AS Timestamp,
    leftPad(lower(hex(number + 1)), 32, 'a') AS TraceId,
    leftPad(lower(hex(number * 16 + i)), 16, '0'),
    if(span.4 = 0, '', leftPad(lower(hex(number * 16 + span.4)), 16, '0')),
    span.2, span.3, span.1,
    map('service.name', span.1, 'service.namespace', 'snkrs', 'k8s.pod.name', span.1 || '-7d9f-x2k4b', 'cloud.region', 'us-east-1'),
    map('user.id', 'user-' || toString(number % 50), 'snkrs.drop.id', 'drop-1', 'http.response.status_code', if(i = 1, if(number % 10 = 0, '504', '200'), '')) AS attributes,
    span.6 * 1000000,
    if(number % 10 = 0 AND i = 10, 'Error', 'Unset') AS status,
    if(status = 'Error', 'Request to Stripe timed out', ''),
    if(status = 'Error', [Timestamp], []),
    if(status = 'Error', ['exception'], []),
    if(status = 'Error', [map('exception.type', 'StripeConnectionError', 'exception.message', 'Request to Stripe timed out')], [])
FROM numbers(400)
ARRAY JOIN shape AS span, arrayEnumerate(shape) AS i;

INSERT INTO otel.otel_logs
    (Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, LogAttributes, EventName)
WITH
    [('api-gateway',     'INFO',   9, 1, 'Checkout begun'),
     ('payment-service', 'ERROR', 17, 10, 'Charge failed: Request to Stripe timed out')] AS shape
SELECT
    now64(9) - toIntervalSecond(2 * number + 1) + toIntervalMillisecond(log.4 * 20),
    leftPad(lower(hex(number + 1)), 32, 'a'),
    leftPad(lower(hex(number * 16 + log.4)), 16, '0'),
    1, log.2, log.3, log.1, log.5,
    map('service.name', log.1, 'service.namespace', 'snkrs', 'k8s.pod.name', log.1 || '-7d9f-x2k4b'),
    map('user.id', 'user-' || toString(number % 50)),
    ''
FROM numbers(400)
ARRAY JOIN shape AS log
WHERE log.2 = 'INFO' OR number % 10 = 0;

INSERT INTO otel.otel_metrics_gauge
    (ResourceAttributes, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Value)
SELECT
    map('service.name', 'inventory-service', 'service.instance.id', 'inventory-service-1'), 'inventory-service', 'snkrs.inventory',
    'Pairs left', '{pair}', map('snkrs.size', size), now() - 900, now() - 5 * number, 2 * number
FROM numbers(160)
ARRAY JOIN ['9', '10', '11'] AS size;

INSERT INTO otel.otel_metrics_sum
    (ResourceAttributes, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Value,
     AggregationTemporality, IsMonotonic)
SELECT
    map('service.name', 'api-gateway', 'service.instance.id', 'api-gateway-1'), 'api-gateway', 'snkrs.requests',
    'Requests answered', '{request}', map('http.route', '/v1/checkout', 'outcome', outcome), now() - 900, now() - 5 * number,
    (200 - number) * 10, 2, true
FROM numbers(160)
ARRAY JOIN ['ok', 'sold_out'] AS outcome;

INSERT INTO otel.otel_metrics_histogram
    (ResourceAttributes, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Count, Sum,
     BucketCounts, ExplicitBounds, Min, Max, AggregationTemporality)
SELECT
    map('service.name', 'api-gateway', 'service.instance.id', 'api-gateway-1'), 'api-gateway', 'http.server.request.duration',
    'Duration of HTTP server requests', 's', map('http.route', '/v1/checkout'), now() - 900, now() - 5 * number,
    (200 - number) * 10, (200 - number) * 2.5,
    arrayMap(share -> toUInt64((200 - number) * share), [2, 5, 2, 1]), [0.1, 0.25, 0.5], 0.01, 0.9, 2
FROM numbers(160);
