-- Questions about the drop, for the tables that `npm start` and `just up` fill. `just query event-generator/snkrs_queries.sql` answers them
-- all, `just query event-generator/snkrs_queries.sql 4` the fourth; each also pastes as it is into any ClickHouse client.
--
-- "This drop" is the latest one that has gone live: in PRE_DROP, with nothing sold yet, that is the one before, and as long as the first drop is
-- not live the answers are empty or zero. Only questions 1 and 2 look at the drop that is on, whatever its phase. How it is found stands at the top of each
-- query: shoppers look around (GET /v1/…) in every phase, everything of a drop carries its id (snkrs.drop.id), and the gauge snkrs.workers
-- tells when a drop was last on. From there it looks back one hour: write more where your phases are that long.
--
-- Durations are in milliseconds and shares in per cent where a column says nothing else. Each query narrows down time, service and span
-- first, by which the tables are sorted, and reads attributes of what is left.

-- 1. Which drops were there in the last hour, and how did each go?
-- A line a drop, the latest first; `phase` is the last that was seen of it. `pairs` is the most a product page has shown, so the stock at the start;
-- `orders` can't exceed it. `sold_out_after_s` is the time from the first checkout to the reservation of the last pair, once all pairs are ordered; empty
-- until then. `errors` is the share of requests answered 5xx: the platform's fault, while 4xx is a shopper's bad luck.
SELECT
    drop_id,
    toDateTime(opened) AS opened,
    phase,
    sku,
    pairs,
    page_views,
    entries,
    checkouts,
    orders,
    round(orders * cents / 100) AS revenue_usd,
    if(orders = pairs AND pairs > 0, round(dateDiff('millisecond', first_checkout, last_pair) / 1000, 1), NULL) AS sold_out_after_s,
    round(100 * errors_5xx / requests, 2) AS errors
FROM
(
    SELECT
        SpanAttributes['snkrs.drop.id'] AS drop_id,
        min(Timestamp) AS opened,
        argMax(SpanAttributes['snkrs.phase'], Timestamp) AS phase,
        argMaxIf(SpanAttributes['snkrs.sku'], shown, SpanName = 'get_stock') AS sku,
        maxIf(shown, SpanName = 'get_stock') AS pairs,
        countIf(SpanName = 'GET /v1/products/{id}') AS page_views,
        countIf(SpanName = 'POST /v1/draw/enter' AND status = 200) AS entries,
        countIf(SpanName = 'POST /v1/checkout') AS checkouts,
        minIf(Timestamp, SpanName = 'POST /v1/checkout') AS first_checkout,
        maxIf(Timestamp, SpanName = 'reserve_pair' AND SpanAttributes['rpc.status_code'] = 'OK') AS last_pair,
        countIf(SpanName = 'create_order' AND StatusCode != 'Error') AS orders,
        max(toUInt64OrZero(SpanAttributes['snkrs.payment.amount'])) AS cents,
        countIf(status > 0) AS requests,
        countIf(status >= 500) AS errors_5xx
    FROM
    (
        SELECT
            *,
            toUInt64OrZero(SpanAttributes['snkrs.inventory.left']) AS shown,
            if(ServiceName = 'api-gateway', toUInt16OrZero(SpanAttributes['http.response.status_code']), 0) AS status
        FROM otel.otel_traces
        WHERE Timestamp >
            (
                SELECT toDateTime64(max(TimeUnix), 0) - INTERVAL 1 HOUR
                FROM otel.otel_metrics_gauge
                WHERE ServiceName = 'api-gateway' AND MetricName = 'snkrs.workers'
            )
            AND SpanKind = 'Server'
            AND
            (
                (ServiceName = 'api-gateway' AND SpanName LIKE '% /v1/%')
                OR (ServiceName = 'inventory-service' AND SpanName IN ('get_stock', 'reserve_pair'))
                OR (ServiceName = 'payment-service' AND SpanName = 'process_payment')
                OR (ServiceName = 'order-service' AND SpanName = 'create_order')
            )
    )
    GROUP BY ResourceAttributes['snkrs.run.id'], drop_id
)
ORDER BY opened DESC;

-- 2. War room: how are things right now?
-- One screen of the drop that is on, over the 10 s before the newest span. `freshness` is how far behind the clock that is: above 10 s, ask the pipeline
-- first. Then from top to bottom: is it live, is there stock, are requests answered (5xx is ours, 4xx theirs), how slow, who waits for what, and
-- what fails most. `look` says which question goes deeper. In PRE_DROP and POST_DROP most lines are quiet.
WITH
    (
        SELECT max(Timestamp)
        FROM otel.otel_traces
        WHERE ServiceName = 'api-gateway' AND SpanKind = 'Server' AND Timestamp >
        (
            SELECT toDateTime64(max(TimeUnix), 0) - INTERVAL 5 MINUTE
            FROM otel.otel_metrics_gauge
            WHERE ServiceName = 'api-gateway' AND MetricName = 'snkrs.workers'
        )
    ) AS newest,
    last AS
    (
        SELECT
            *,
            if(ServiceName = 'api-gateway' AND SpanKind = 'Server', toUInt16OrZero(SpanAttributes['http.response.status_code']), 0) AS status
        FROM otel.otel_traces
        WHERE Timestamp > newest - INTERVAL 10 SECOND AND SpanAttributes['snkrs.drop.id'] != ''
    ),
    stock AS
    (
        SELECT sum(pairs) AS now_left, sum(most) AS at_start
        FROM
        (
            SELECT argMax(Value, TimeUnix) AS pairs, max(Value) AS most
            FROM otel.otel_metrics_gauge
            WHERE ServiceName = 'inventory-service' AND MetricName = 'snkrs.inventory' AND TimeUnix > newest - INTERVAL 10 MINUTE
                AND Attributes['snkrs.sku'] =
                (
                    SELECT argMax(Attributes['snkrs.sku'], TimeUnix)
                    FROM otel.otel_metrics_gauge
                    WHERE ServiceName = 'inventory-service' AND MetricName = 'snkrs.inventory' AND TimeUnix > newest - INTERVAL 10 MINUTE
                )
            GROUP BY Attributes['snkrs.size']
        )
    )
SELECT line.1 AS what, line.2 AS value, line.3 AS look
FROM
(
    SELECT
        argMax(SpanAttributes['snkrs.drop.id'], Timestamp) AS drop_id,
        argMax(SpanAttributes['snkrs.phase'], Timestamp) AS phase,
        count() AS spans,
        countIf(status > 0) AS requests,
        countIf(status >= 500) AS failed,
        countIf(status BETWEEN 400 AND 499) AS turned_away,
        quantileIf(0.5)(Duration, SpanName = 'POST /v1/checkout') / 1e6 AS p50,
        quantileIf(0.99)(Duration, SpanName = 'POST /v1/checkout') / 1e6 AS p99,
        countIf(SpanName = 'create_order' AND StatusCode != 'Error') AS orders,
        countIf(SpanName = 'pool.acquire') AS waits,
        quantileIf(0.99)(Duration, SpanName = 'pool.acquire') / 1e6 AS wait_p99,
        topKIf(1)(SpanAttributes['snkrs.pool.name'], SpanName = 'pool.acquire')[1] AS pool,
        topKIf(1)(concat(ServiceName, ': ', StatusMessage), StatusCode = 'Error' AND ParentSpanId != '')[1] AS worst
    FROM last
) AS now
CROSS JOIN stock
ARRAY JOIN
[
    ('drop', concat(drop_id, ', ', phase), '1: the drops of the last hour'),
    ('freshness', concat(toString(round(dateDiff('millisecond', newest, now64(3)) / 1000, 1)), ' s behind the clock'), ''),
    ('telemetry', concat(toString(round(spans / 10)), ' spans/s'), ''),
    ('stock', concat(toString(now_left), ' of ', toString(at_start), ' pairs ', bar(now_left, 0, at_start, 20)), '5: the sell-out'),
    ('orders', concat(toString(round(orders / 10, 1)), '/s'), '4: the funnel'),
    ('requests', concat(toString(round(requests / 10)), '/s, ', toString(round(100 * turned_away / requests, 1)), ' % answered 4xx'), '7: who lost and why'),
    ('failures', concat(toString(round(100 * failed / requests, 1)), ' % answered 5xx'), '22: the error budget'),
    ('checkout', if(isNaN(p50), 'nobody checks out', concat(toString(round(p50)), ' ms p50, ', toString(round(p99)), ' ms p99')), '13: the slowest one'),
    ('waiting', if(waits = 0, 'for nothing', concat(toString(round(waits / 10, 1)), '/s, ', toString(round(wait_p99)), ' ms p99, most for ', pool)), '11: the pools'),
    ('fails most', if(worst = '', 'nothing', worst), '7: who lost and why')
] AS line;

-- 3. How does this drop compare with the one before?
-- Side by side; `change` is in per cent of the drop before, empty where there is none yet. Stock differs from drop to drop by chance (300 to 700 pairs), and
-- orders and revenue follow it. What should hardly change are latencies and the share of errors: there a change of more than some 10 % has
-- a cause. While this drop is live, its counts are still growing.
WITH
    drops AS
    (
        SELECT SpanAttributes['snkrs.drop.id'] AS drop_id, ResourceAttributes['snkrs.run.id'] AS run, min(Timestamp) AS opened_at
        FROM otel.otel_traces
        WHERE ServiceName = 'api-gateway' AND SpanName LIKE 'GET /v1/%' AND Timestamp >
        (
            SELECT toDateTime64(max(TimeUnix), 0) - INTERVAL 1 HOUR
            FROM otel.otel_metrics_gauge
            WHERE ServiceName = 'api-gateway' AND MetricName = 'snkrs.workers'
        )
        GROUP BY drop_id, run
        HAVING countIf(SpanAttributes['snkrs.phase'] = 'DROP_LIVE') > 0
        ORDER BY opened_at DESC
        LIMIT 2
    ),
    facts AS
    (
        SELECT
            ResourceAttributes['snkrs.run.id'] AS run,
            SpanAttributes['snkrs.drop.id'] AS drop_id,
            min(Timestamp) AS opened,
            [
                ('pairs at start', toFloat64(maxIf(toUInt64OrZero(SpanAttributes['snkrs.inventory.left']), SpanName = 'get_stock'))),
                ('product pages', toFloat64(countIf(SpanName = 'GET /v1/products/{id}'))),
                ('draw entries', toFloat64(countIf(SpanName = 'enter_draw' AND SpanAttributes['rpc.status_code'] = 'OK'))),
                ('checkouts', toFloat64(countIf(SpanName = 'POST /v1/checkout'))),
                ('orders', toFloat64(countIf(SpanName = 'create_order' AND StatusCode != 'Error'))),
                ('revenue, USD', sumIf(toUInt64OrZero(SpanAttributes['snkrs.payment.amount']), SpanName = 'process_payment' AND SpanAttributes['rpc.status_code'] = 'OK') / 100),
                ('seconds to the last pair', dateDiff('millisecond', minIf(Timestamp, SpanName = 'POST /v1/checkout'), maxIf(Timestamp, SpanName = 'reserve_pair' AND SpanAttributes['rpc.status_code'] = 'OK')) / 1000),
                ('checkout p50, ms', quantileIf(0.5)(Duration, SpanName = 'POST /v1/checkout') / 1e6),
                ('checkout p99, ms', quantileIf(0.99)(Duration, SpanName = 'POST /v1/checkout') / 1e6),
                ('draw entry p99, ms', quantileIf(0.99)(Duration, SpanName = 'POST /v1/draw/enter') / 1e6),
                ('answers 5xx, %', 100 * countIf(ServiceName = 'api-gateway' AND StatusCode = 'Error') / countIf(ServiceName = 'api-gateway')),
                ('refused as bots', toFloat64(countIf(ServiceName = 'api-gateway' AND SpanAttributes['http.response.status_code'] = '403')))
            ] AS values
        FROM otel.otel_traces
        WHERE Timestamp >= (SELECT min(opened_at) FROM drops)
            AND SpanKind = 'Server'
            AND ServiceName IN ('api-gateway', 'draw-service', 'inventory-service', 'order-service', 'payment-service')
            AND (run, drop_id) IN (SELECT run, drop_id FROM drops)
        GROUP BY run, drop_id
    )
SELECT
    what,
    round(argMaxIf(value, opened, newest), 2) AS this_drop,
    if(countIf(NOT newest) = 0, NULL, round(argMaxIf(value, opened, NOT newest), 2)) AS drop_before,
    round(100 * (this_drop - drop_before) / nullIf(drop_before, 0), 1) AS change
FROM
(
    SELECT opened, fact.1 AS what, fact.2 AS value, position, opened = max(opened) OVER () AS newest
    FROM facts
    ARRAY JOIN values AS fact, arrayEnumerate(values) AS position
)
GROUP BY what
ORDER BY min(position);

-- 4. How far did shoppers get on the way to an order, and on the way into the draw?
-- Two funnels. `of_first` is the share of those who took that way's first step, `lost_here` how many took this step and not the next. The checkout loses
-- most where pairs are reserved, once they are gone; what it loses at the payment is fraud holds, declined cards and stripe. In the draw nearly
-- everybody gets in and one in thirteen wins, as long as there are pairs. A page view is no step: who buys comes from elsewhere.
WITH
    drops AS
    (
        SELECT SpanAttributes['snkrs.drop.id'] AS drop_id, min(Timestamp) AS opened_at
        FROM otel.otel_traces
        WHERE ServiceName = 'api-gateway' AND SpanName LIKE 'GET /v1/%' AND Timestamp >
        (
            SELECT toDateTime64(max(TimeUnix), 0) - INTERVAL 1 HOUR
            FROM otel.otel_metrics_gauge
            WHERE ServiceName = 'api-gateway' AND MetricName = 'snkrs.workers'
        )
        GROUP BY drop_id, ResourceAttributes['snkrs.run.id']
        HAVING countIf(SpanAttributes['snkrs.phase'] = 'DROP_LIVE') > 0
    ),
    (SELECT argMaxOrNull(drop_id, opened_at) FROM drops) AS this_drop,
    (SELECT maxOrNull(opened_at) FROM drops) AS opened
SELECT
    line.1 AS way,
    line.2 AS step,
    line.3 AS requests,
    round(100 * requests / first_value(requests) OVER steps, 1) AS of_first,
    requests - leadInFrame(requests, 1, requests) OVER steps AS lost_here
FROM
(
    SELECT
        countIf(SpanName = 'POST /v1/checkout') AS checkouts,
        countIf(SpanName = 'snkrs.v1.InventoryService/ReservePair') AS let_in,
        countIf(SpanName = 'snkrs.v1.InventoryService/ReservePair' AND StatusCode != 'Error') AS reserved,
        countIf(SpanName = 'snkrs.v1.PaymentService/ProcessPayment') AS paying,
        countIf(SpanName = 'snkrs.v1.PaymentService/ProcessPayment' AND StatusCode != 'Error') AS paid,
        countIf(SpanName = 'snkrs.v1.OrderService/CreateOrder' AND StatusCode != 'Error') AS ordered,
        countIf(SpanName = 'POST /v1/draw/enter') AS entering,
        countIf(SpanName = 'snkrs.v1.DrawService/EnterDraw') AS entitled,
        countIf(SpanName = 'snkrs.v1.DrawService/EnterDraw' AND StatusCode != 'Error') AS entered
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanAttributes['snkrs.drop.id'] = this_drop
) AS gateway
CROSS JOIN
(
    SELECT sum(toUInt64OrZero(SpanAttributes['snkrs.draw.winners'])) AS won
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND ServiceName = 'draw-service' AND SpanName = 'select_winners' AND SpanAttributes['snkrs.drop.id'] = this_drop
) AS draw
ARRAY JOIN
    [
        ('checkout', 'presses Buy', checkouts), ('checkout', 'is signed in and no bot', let_in), ('checkout', 'gets a pair', reserved),
        ('checkout', 'goes on to pay', paying), ('checkout', 'has paid', paid), ('checkout', 'has an order', ordered),
        ('draw', 'enters', entering), ('draw', 'is signed in and no bot', entitled), ('draw', 'is in the draw', entered), ('draw', 'wins', won)
    ] AS line,
    arrayEnumerate(range(10)) AS position
WINDOW steps AS (PARTITION BY way ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
ORDER BY position;

