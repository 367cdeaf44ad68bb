-- Questions about the drop, for the tables that `npm start` and `just up` fill. `just query event-generator/snkrs_queries.sql` answers them all,
-- `just query event-generator/snkrs_queries.sql 4` the fourth; each also pastes as it is into any ClickHouse client.
--
-- "This drop" is the latest one that has gone live: in PRE_DROP, with nothing sold yet, that is the one before, and as long as the first drop is
-- not live the answers are empty or zero. Only questions 1 and 2 look at the drop that is on, whatever its phase. How it is found stands at the
-- top of each query: shoppers look around (GET /v1/…) in every phase, everything of a drop carries its id (snkrs.drop.id), and the gauge
-- snkrs.workers tells when a drop was last on. From there it looks back one hour: write more where your phases are that long.
-- Where several threads or machines share a drop (SHARDS, SHARD_COUNT), each sells its part of the stock: what spans say is left is added up
-- over them (snkrs.shard.index).
--
-- Durations are in milliseconds and shares in per cent where a column says nothing else. Each query narrows down time, service and span first, by
-- which the tables are sorted, and reads attributes of what is left.

-- 1. Which drops were there in the last hour, and how did each go?
-- A line a drop, the latest first; `phase` is the last in which a request of it came. `pairs` is the most a product page has shown, so the stock at the
-- start; `orders` can't exceed it. `sold_out_after_s` is the time from the first checkout to the reservation of the last pair, once all pairs are
-- ordered; empty until then. `errors` is the share of requests answered 5xx: the platform's fault, while 4xx is a shopper's bad luck.
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
        argMaxIf(SpanAttributes['snkrs.phase'], Timestamp, ServiceName = 'api-gateway') AS phase,
        argMaxIf(SpanAttributes['snkrs.sku'], shown, SpanName = 'get_stock') AS sku,
        arraySum(mapValues(maxMapIf(map(ResourceAttributes['snkrs.shard.index'], shown), SpanName = 'get_stock'))) AS pairs,
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
-- One screen of the drop that is on, over the 10 s before the newest span. `freshness` is how far behind the clock that is: above 10 s, ask the
-- pipeline first. Then from top to bottom: is it live, is there stock, are requests answered (5xx is ours, 4xx theirs), how slow, who waits for
-- what, and what fails most. `look` says which question goes deeper. In PRE_DROP and POST_DROP most lines are quiet.
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
    (SELECT argMaxIf(SpanAttributes['snkrs.drop.id'], Timestamp, status > 0) FROM last) AS drop_now,
    stock AS
    (
        SELECT sum(shard_left) AS now_left, sum(shard_start) AS at_start
        FROM
        (
            SELECT
                SpanAttributes['snkrs.sku'] AS sku,
                argMax(toUInt64OrZero(SpanAttributes['snkrs.inventory.left']), Timestamp) AS shard_left,
                max(toUInt64OrZero(SpanAttributes['snkrs.inventory.left'])) AS shard_start
            FROM otel.otel_traces
            WHERE Timestamp > newest - INTERVAL 1 HOUR AND ServiceName = 'inventory-service' AND SpanName = 'get_stock'
                AND SpanAttributes['snkrs.drop.id'] = drop_now
            GROUP BY sku, ResourceAttributes['snkrs.shard.index']
        )
        GROUP BY sku
        ORDER BY at_start DESC
        LIMIT 1
    )
SELECT line.1 AS what, line.2 AS value, line.3 AS look
FROM
(
    SELECT
        argMaxIf(SpanAttributes['snkrs.phase'], Timestamp, status > 0) AS phase,
        count() AS spans,
        countIf(status > 0) AS requests,
        countIf(status >= 500) AS failed,
        countIf(status BETWEEN 400 AND 499) AS turned_away,
        quantileIf(0.5)(Duration, SpanName = 'POST /v1/checkout') / 1e6 AS p50,
        quantileIf(0.99)(Duration, SpanName = 'POST /v1/checkout') / 1e6 AS p99,
        countIf(SpanName = 'create_order' AND StatusCode != 'Error') AS orders,
        countIf(SpanName = 'pool.acquire') AS waits,
        quantileIf(0.99)(Duration, SpanName = 'pool.acquire') / 1e6 AS wait_p99,
        topKIf(1)(SpanAttributes['snkrs.pool.name'], SpanName = 'pool.acquire')[1] AS pool
    FROM last
) AS now
CROSS JOIN
(
    SELECT topK(1)(Body)[1] AS worst
    FROM otel.otel_logs
    WHERE Timestamp > newest - INTERVAL 10 SECOND AND SeverityText = 'ERROR' AND EventName = 'snkrs.failed'
) AS failures
LEFT JOIN stock ON true
ARRAY JOIN
[
    ('drop', if(spans = 0, 'none yet', concat(drop_now, ', ', phase)), '1: the drops of the last hour'),
    ('freshness', if(spans = 0, 'nothing has come in', concat(toString(round(dateDiff('millisecond', newest, now64(3)) / 1000, 1)), ' s behind the clock')), ''),
    ('telemetry', concat(toString(round(spans / 10)), ' spans/s'), ''),
    ('stock', concat(toString(now_left), ' of ', toString(at_start), ' pairs ', bar(now_left, 0, at_start, 20)), '5: the sell-out'),
    ('orders', concat(toString(round(orders / 10, 1)), '/s'), '4: the funnel'),
    ('requests', concat(toString(round(requests / 10)), '/s, ', toString(round(100 * turned_away / greatest(requests, 1), 1)), ' % answered 4xx'), '7: who lost and why'),
    ('failures', concat(toString(round(100 * failed / greatest(requests, 1), 1)), ' % answered 5xx'), '24: the error budget'),
    ('checkout', if(isNaN(p50), 'nobody checks out', concat(toString(round(p50)), ' ms p50, ', toString(round(p99)), ' ms p99')), '13: the slowest one'),
    ('waiting', if(waits = 0, 'for nothing', concat(toString(round(waits / 10, 1)), '/s, ', toString(round(wait_p99)), ' ms p99, most for ', pool)), '11: the pools'),
    ('fails most', if(worst = '', 'nothing', worst), '23: the answers')
] AS line;

-- 3. How does this drop compare with the one before?
-- Side by side; `change` is in per cent of the drop before, empty where there is none yet. Stock differs from drop to drop by chance (300 to 700
-- pairs), and orders and revenue follow it. What should hardly change are latencies and the share of errors: there a change of more than some 10
-- % has a cause. While this drop is live, its counts are still growing.
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
                (
                    'pairs at start',
                    toFloat64(arraySum(mapValues(maxMapIf(
                        map(ResourceAttributes['snkrs.shard.index'], toUInt64OrZero(SpanAttributes['snkrs.inventory.left'])),
                        SpanName = 'get_stock'))))
                ),
                ('product pages', toFloat64(countIf(SpanName = 'GET /v1/products/{id}'))),
                ('draw entries', toFloat64(countIf(SpanName = 'enter_draw' AND SpanAttributes['rpc.status_code'] = 'OK'))),
                ('checkouts', toFloat64(countIf(SpanName = 'POST /v1/checkout'))),
                ('orders', toFloat64(countIf(SpanName = 'create_order' AND StatusCode != 'Error'))),
                (
                    'revenue, USD',
                    sumIf(toUInt64OrZero(SpanAttributes['snkrs.payment.amount']), SpanName = 'process_payment' AND SpanAttributes['rpc.status_code'] = 'OK') / 100
                ),
                (
                    'seconds to the last pair',
                    dateDiff(
                        'millisecond',
                        minIf(Timestamp, SpanName = 'POST /v1/checkout'),
                        maxIf(Timestamp, SpanName = 'reserve_pair' AND SpanAttributes['rpc.status_code'] = 'OK')) / 1000
                ),
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
-- Two funnels. `of_first` is the share of those who took that way's first step, `lost_here` how many took this step and not the next. The
-- checkout loses most where pairs are reserved, once they are gone; what it loses at the payment is fraud holds, declined cards and stripe. In
-- the draw nearly everybody gets in and one in thirteen wins, as long as there are pairs. A page view is no step: who buys comes from elsewhere.
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


-- 5. How did the stock sell out, second by second?
-- `second` counts from the first pair that was reserved; the list ends with the last move. `taken` pairs are reserved, `returned` ones come back:
-- their payment failed, or they lay in a cart for too long. `left` is the stock when the second is over. After the sell-out a few pairs still
-- come back and are taken at once: that is why the list goes on. `turned_away` are checkouts that found none of their size. While there are
-- pairs, a second that takes none is a checkout that stands still.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    (
        SELECT arraySum(mapValues(maxMap(
            map(ResourceAttributes['snkrs.shard.index'], toUInt64OrZero(SpanAttributes['snkrs.inventory.left'])))))
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'inventory-service' AND SpanName = 'get_stock'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    ) AS pairs,
    moves AS
    (
        SELECT
            toStartOfSecond(Timestamp + toIntervalNanosecond(Duration)) AS at,
            SpanName = 'reserve_pair' AND SpanAttributes['rpc.status_code'] = 'OK' AS taken,
            toUInt64(SpanName = 'release_pair') AS returned,
            SpanAttributes['rpc.status_code'] = 'FAILED_PRECONDITION' AS turned_away
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'inventory-service' AND SpanName IN ('reserve_pair', 'release_pair')
            AND SpanAttributes['snkrs.drop.id'] = this_drop
        UNION ALL
        SELECT toStartOfSecond(Timestamp), 0, toUInt64OrZero(LogAttributes['snkrs.reservations']), 0
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND ServiceName = 'inventory-service' AND EventName = 'snkrs.reservation.expired'
    )
SELECT
    dateDiff('second', first_value(at) OVER seconds, at) AS second,
    sum(taken) AS taken,
    sum(returned) AS returned,
    toInt64(pairs) - sum(toInt64(taken) - toInt64(returned)) OVER seconds AS left,
    sum(turned_away) AS turned_away,
    bar(left, 0, pairs, 30) AS stock
FROM moves
GROUP BY at
WINDOW seconds AS (ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
QUALIFY at <= maxIf(at, taken + returned > 0) OVER ()
ORDER BY at;

-- 6. Which sizes went first, and which were wanted most?
-- `wanted_each` is how many checkouts came for one pair of the size: well above the others, the stock was cut wrong for that size. `gone_after_s`
-- counts from the first pair of the drop to the first checkout that found none of this size. `returned` pairs came back after a failed payment,
-- and `on_shelf` is what was left after the last reservation or refusal: pairs that came back unnoticed are not in it. Pairs of a size that nobody
-- asked one of the threads or machines for are not counted.
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
    size,
    sum(shard_pairs) AS pairs,
    sum(shard_wanted) AS wanted,
    round(wanted / nullIf(pairs, 0), 1) AS wanted_each,
    sum(shard_reserved) AS reserved,
    sum(shard_returned) AS returned,
    sum(shard_turned_away) AS turned_away,
    if(turned_away = 0, NULL, round(dateDiff('millisecond', min(min(first_move)) OVER (), min(first_refusal)) / 1000, 1)) AS gone_after_s,
    sum(shard_left) AS on_shelf
FROM
(
    SELECT
        SpanAttributes['snkrs.size'] AS size,
        countIf(asked) AS shard_wanted,
        countIf(asked AND got) AS shard_reserved,
        countIf(NOT asked) AS shard_returned,
        countIf(asked AND NOT got) AS shard_turned_away,
        if(shard_reserved = 0, 0, maxIf(toUInt64OrZero(SpanAttributes['snkrs.inventory.left']), asked AND got) + 1) AS shard_pairs,
        min(Timestamp) AS first_move,
        minOrNullIf(Timestamp, asked AND NOT got) AS first_refusal,
        toUInt64OrZero(argMaxIf(SpanAttributes['snkrs.inventory.left'], Timestamp + toIntervalNanosecond(Duration), asked)) AS shard_left
    FROM
    (
        SELECT *, SpanName = 'reserve_pair' AS asked, SpanAttributes['rpc.status_code'] = 'OK' AS got
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'inventory-service' AND SpanName IN ('reserve_pair', 'release_pair')
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    )
    GROUP BY size, ResourceAttributes['snkrs.shard.index']
)
GROUP BY size
ORDER BY toFloat64OrZero(size);

-- 7. Who lost, and why?
-- Every request for a pair that was answered 4xx or 5xx, by the reason that was logged first in its trace. `shoppers` is how many people that
-- hit; `won_anyway` are those of them who have an order of this drop all the same. 4xx is bad luck or a rule, and expected: sold_out is by far
-- the most. 5xx is the platform's own doing: each such request could have been an order. A reason 'unknown' would be a failure without a log,
-- which none should be.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    lost AS
    (
        SELECT TraceId, SpanName AS request, toUInt16OrZero(SpanAttributes['http.response.status_code']) AS status, SpanAttributes['user.id'] AS shopper
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName LIKE 'POST /v1/%'
            AND SpanAttributes['snkrs.drop.id'] = this_drop AND status >= 400
    ),
    reasons AS
    (
        SELECT TraceId, argMin(LogAttributes['error.type'], Timestamp) AS reason, argMin(ServiceName, Timestamp) AS service
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND EventName IN ('snkrs.rejected', 'snkrs.failed')
            AND ServiceName IN
            (
                'api-gateway', 'auth-service', 'draw-service', 'fraud-detection', 'inventory-service', 'order-service', 'payment-service', 'product-service'
            )
        GROUP BY TraceId
    )
SELECT
    request,
    status,
    if(reason = '', 'unknown', reason) AS reason,
    service,
    count() AS requests,
    round(100 * requests / sum(requests) OVER (PARTITION BY request), 1) AS of_lost,
    uniqExact(shopper) AS shoppers,
    uniqExactIf(shopper, shopper IN
    (
        SELECT SpanAttributes['user.id']
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'order-service' AND SpanName = 'create_order' AND StatusCode != 'Error'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    )) AS won_anyway
FROM lost LEFT JOIN reasons USING (TraceId)
GROUP BY request, status, reason, service
ORDER BY request, requests DESC;


-- 8. Who got the first pairs and who the last ones?
-- The first and the last five orders. `after_s` counts from the first checkout of the drop to the moment the order was written, `checkout_ms` is
-- the request that led to it, `tries` all checkouts of that shopper in this drop. Orders long after the sell-out are pairs that came back. First
-- and last should look alike, a mix of countries, tiers and devices: a list full of one of them is a shopper, or a bot, with a better way in.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    checkouts AS
    (
        SELECT
            TraceId,
            Timestamp AS begun,
            Duration AS took,
            SpanAttributes AS who,
            count() OVER (PARTITION BY SpanAttributes['user.id']) AS tries,
            min(Timestamp) OVER () AS first_begun
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/checkout'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    ),
    orders AS
    (
        SELECT
            TraceId,
            Timestamp + toIntervalNanosecond(Duration) AS written,
            SpanAttributes['snkrs.order.id'] AS order_id,
            SpanAttributes['snkrs.size'] AS size,
            row_number() OVER (ORDER BY Timestamp + toIntervalNanosecond(Duration)) AS nth,
            count() OVER () AS orders
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'order-service' AND SpanName = 'create_order' AND StatusCode != 'Error'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    )
SELECT
    nth,
    round(dateDiff('millisecond', first_begun, written) / 1000, 2) AS after_s,
    order_id,
    who['user.id'] AS shopper,
    size,
    who['geo.country.iso_code'] AS country,
    who['snkrs.user.tier'] AS tier,
    who['user_agent.os.name'] AS device,
    tries,
    round(took / 1e6) AS checkout_ms,
    TraceId AS trace_id
FROM orders INNER JOIN checkouts USING (TraceId)
WHERE nth <= 5 OR nth > orders - 5
ORDER BY nth;

-- 9. How many bots are there, and how do they differ from people?
-- Those whose account failed its standing check, beside everybody else who wanted a pair. Bots are few accounts from few addresses that come
-- again and again; `per_account` and `accounts_per_address` say so. Their requests are refused before they touch the draw or the stock, so they
-- get no pair, but they cost `share` of the front door's work. A bot with an order would have got around the check.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    standing AS
    (
        SELECT TraceId, any(SpanAttributes['snkrs.account.standing']) AS standing
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'auth-service' AND SpanName = 'check_account_standing'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
        GROUP BY TraceId
    ),
    buyers AS
    (
        SELECT SpanAttributes['user.id'] AS account
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'order-service' AND SpanName = 'create_order' AND StatusCode != 'Error'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    )
SELECT
    if(standing = 'flagged', 'bots', 'people') AS who,
    count() AS requests,
    round(100 * requests / sum(requests) OVER (), 1) AS share,
    countIf(SpanName = 'POST /v1/draw/enter') AS draw_entries,
    countIf(SpanName = 'POST /v1/checkout') AS checkouts,
    uniqExact(SpanAttributes['user.id']) AS accounts,
    round(requests / accounts, 1) AS per_account,
    uniqExact(SpanAttributes['client.address']) AS addresses,
    round(accounts / addresses, 1) AS accounts_per_address,
    uniqExact(SpanAttributes['user_agent.original']) AS user_agents,
    round(100 * countIf(SpanAttributes['user_agent.synthetic.type'] = 'bot') / requests, 1) AS says_it_is_one,
    round(quantile(0.5)(Duration) / 1e6) AS p50_ms,
    uniqExactIf(SpanAttributes['user.id'], SpanAttributes['user.id'] IN (SELECT account FROM buyers)) AS buyers
FROM otel.otel_traces INNER JOIN standing USING (TraceId)
WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName LIKE 'POST /v1/%'
    AND SpanAttributes['snkrs.drop.id'] = this_drop
GROUP BY who
ORDER BY who;

-- 10. What gives a bot away, without its account's standing?
-- The values of user agent, device, country, tier and network that refused accounts have far more often than others. `of_bots` of all requests by
-- bots have it, and `bots_among_it` of all requests that have it are by bots: a rule on a value needs both to be high, or it lets bots through,
-- or it turns people away. The network, a handful of addresses of one data centre, has both; the user agent alone misses some, and the country
-- says nothing. Requests that failed (5xx) are left out, as the check may not have seen them.
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
    attribute,
    value,
    countIf(bot) AS by_bots,
    countIf(NOT bot) AS by_people,
    round(100 * by_bots / max(bots), 1) AS of_bots,
    round(100 * by_bots / count(), 1) AS bots_among_it
FROM
(
    SELECT
        SpanAttributes['http.response.status_code'] = '403' AS bot,
        sum(bot) OVER () AS bots,
        [
            ('user agent', SpanAttributes['user_agent.original']),
            ('device', SpanAttributes['user_agent.os.name']),
            ('country', SpanAttributes['geo.country.iso_code']),
            ('tier', SpanAttributes['snkrs.user.tier']),
            ('network', concat(arrayStringConcat(arraySlice(splitByChar('.', SpanAttributes['client.address']), 1, 3), '.'), '.0/24'))
        ] AS facts
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName LIKE 'POST /v1/%'
        AND SpanAttributes['snkrs.drop.id'] = this_drop AND toUInt16OrZero(SpanAttributes['http.response.status_code']) < 500
)
ARRAY JOIN facts.1 AS attribute, facts.2 AS value
GROUP BY attribute, value
HAVING by_bots > 0
ORDER BY bots_among_it * of_bots DESC
LIMIT 12;


-- 11. What do requests queue for, and how full is each pool?
-- Everything of limited capacity: database connections, calls to others, threads. A wait for a slot is a span, pool.acquire: `waits`, p50 and p99
-- in ms, and `timeouts`, those that gave up. `slots` are all there are, over all instances; `used` and `peak` the mean and the highest share of
-- them that the pools' gauges saw taken in DROP_LIVE, read every few seconds: what happens in between shows in the waits alone. Many waits at a
-- low mean: bursts, or few slots each. Always full: more slots, or less to do for each. dynamodb-draws and stripe have no line or a short one:
-- what is too much there is refused, see 7.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    live AS
    (
        SELECT min(Timestamp) AS begins, max(Timestamp) AS ends
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/draw/enter'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    ),
    readings AS
    (
        SELECT service, pool, TimeUnix, sum(slots) AS total, sumIf(slots, state = 'used') AS taken
        FROM
        (
            SELECT
                ServiceName AS service,
                concat(Attributes['db.client.connection.pool.name'], Attributes['snkrs.pool.name']) AS pool,
                concat(Attributes['db.client.connection.state'], Attributes['snkrs.pool.state']) AS state,
                TimeUnix,
                avg(Value) AS slots
            FROM otel.otel_metrics_sum
            WHERE MetricName IN ('db.client.connection.count', 'snkrs.pool.count')
                AND ServiceName IN
                (
                    'api-gateway', 'auth-service', 'draw-service', 'feed-service', 'fraud-detection', 'inventory-service',
                    'notification-service', 'order-service', 'payment-service', 'product-service'
                )
                AND TimeUnix BETWEEN (SELECT begins FROM live) AND (SELECT ends FROM live)
            GROUP BY service, pool, state, TimeUnix, ResourceAttributes['service.instance.id']
        )
        GROUP BY service, pool, TimeUnix
    ),
    waits AS
    (
        SELECT
            ServiceName AS service,
            SpanAttributes['snkrs.pool.name'] AS pool,
            count() AS waits,
            countIf(StatusCode = 'Error') AS timeouts,
            quantile(0.5)(Duration) / 1e6 AS p50,
            quantile(0.99)(Duration) / 1e6 AS p99
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND SpanName = 'pool.acquire' AND SpanAttributes['snkrs.drop.id'] = this_drop
        GROUP BY service, pool
    )
SELECT
    service,
    pool,
    slots,
    used,
    peak,
    waits,
    timeouts,
    if(waits = 0, NULL, round(p50, 1)) AS wait_p50,
    if(waits = 0, NULL, round(p99, 1)) AS wait_p99
FROM
(
    SELECT service, pool, max(total) AS slots, round(100 * avg(taken / total), 1) AS used, round(100 * max(taken / total), 1) AS peak
    FROM readings
    GROUP BY service, pool
) AS pools
LEFT JOIN waits USING (service, pool)
ORDER BY waits DESC, peak DESC;

-- 12. How much slower is everything in the rush than before and after it?
-- Each operation in each phase: its median in ms in PRE_DROP, DROP_LIVE and POST_DROP, p99 in DROP_LIVE, and `slowdown`, live against the mean of
-- the others where there is one (calls between services are left out: the callee's span is there). It is sorted by the time all its spans took
-- together in DROP_LIVE: up there, a slowdown hurts. What hardly slows down is limited by itself (stripe, mail), what slows down most shares
-- something that runs full: a processor, Redis, a pool.
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
    ServiceName AS service,
    SpanName AS operation,
    round(quantileOrNullIf(0.5)(Duration, phase = 'PRE_DROP') / 1e6, 1) AS pre_p50,
    round(quantileOrNullIf(0.5)(Duration, phase = 'DROP_LIVE') / 1e6, 1) AS live_p50,
    round(quantileOrNullIf(0.5)(Duration, phase = 'POST_DROP') / 1e6, 1) AS post_p50,
    round(quantileIf(0.99)(Duration, phase = 'DROP_LIVE') / 1e6, 1) AS live_p99,
    round(live_p50 / (quantileOrNullIf(0.5)(Duration, phase != 'DROP_LIVE') / 1e6), 1) AS slowdown,
    countIf(phase = 'DROP_LIVE') AS live_spans,
    round(sumIf(Duration, phase = 'DROP_LIVE') / 1e9) AS live_total_s
FROM
(
    SELECT ServiceName, SpanName, Duration, SpanAttributes['snkrs.phase'] AS phase
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND SpanName NOT LIKE 'snkrs.v1.%' AND SpanAttributes['snkrs.drop.id'] = this_drop
)
GROUP BY service, operation
HAVING live_spans > 0
ORDER BY live_total_s DESC
LIMIT 40;


-- 13. Where did the slowest order lose its time, span by span?
-- The slowest checkout that ended in an order, as a tree. `at` is when a span began, `took` how long it was, `own` the part of it that is in none
-- of its children, which is where time goes. `usual` is the median of `own` for the same operation over all orders of this drop, and `excess`
-- what lies above it: the largest numbers of that column are why this one was slow. Waiting for a slot of a pool is a span of its own
-- (pool.acquire).
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    ordered AS
    (
        SELECT TraceId, Duration AS took
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/checkout'
            AND SpanAttributes['snkrs.drop.id'] = this_drop AND SpanAttributes['http.response.status_code'] = '200'
            AND SpanAttributes['snkrs.checkout.outcome'] != 'abandoned'
    ),
    spans AS
    (
        SELECT
            TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Timestamp, Duration, StatusMessage,
            toInt64(Duration) - sum(inside) OVER (PARTITION BY TraceId, SpanId) AS own_time
        FROM otel.otel_traces
        LEFT JOIN
        (
            SELECT TraceId, ParentSpanId AS SpanId, sum(toInt64(Duration)) AS inside
            FROM otel.otel_traces
            WHERE Timestamp >= opened AND TraceId IN (SELECT TraceId FROM ordered)
            GROUP BY TraceId, SpanId
        ) AS children USING (TraceId, SpanId)
        WHERE Timestamp >= opened AND TraceId IN (SELECT TraceId FROM ordered)
    ),
    usual AS
    (
        SELECT ServiceName, SpanName, quantile(0.5)(own_time) AS usual_own
        FROM spans
        GROUP BY ServiceName, SpanName
    ),
    slowest AS
    (
        SELECT
            *,
            mapFromArrays(groupArray(SpanId) OVER (), groupArray(ParentSpanId) OVER ()) AS parents,
            mapFromArrays(groupArray(SpanId) OVER (), groupArray(Timestamp) OVER ()) AS begins,
            arrayFold((path, step) -> if(mapContains(parents, path[1]), arrayPushFront(path, parents[path[1]]), path), range(20), [SpanId]) AS path
        FROM spans
        WHERE TraceId = (SELECT argMax(TraceId, took) FROM ordered)
    )
SELECT
    concat(repeat('  ', length(path) - 2), ServiceName, ': ', SpanName) AS span,
    round(dateDiff('microsecond', min(Timestamp) OVER (), Timestamp) / 1000, 1) AS at,
    round(Duration / 1e6, 1) AS took,
    round(own_time / 1e6, 1) AS own,
    round(usual_own / 1e6, 1) AS usual,
    round((own_time - usual_own) / 1e6, 1) AS excess,
    StatusMessage AS error
FROM slowest INNER JOIN usual USING (ServiceName, SpanName)
ORDER BY arrayMap(id -> (begins[id], id), path);

-- 14. What did one shopper live through?
-- Everything known of one session, in the order in which it happened: of those with an order, the one with most requests. Requests are root spans
-- with the same session.id; `what` of a log is what a service wrote in their traces; messages are handled later in traces of their own, found
-- through the links to their senders. `after_s` counts from the session's first request. Open a trace_id in HyperDX for the rest.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    requests AS
    (
        SELECT TraceId, Timestamp, Duration, SpanName, SpanAttributes['session.id'] AS session, SpanAttributes['http.response.status_code'] AS status
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanKind = 'Server' AND SpanAttributes['snkrs.drop.id'] = this_drop
    ),
    (
        SELECT argMaxOrNull(session, (requests, session))
        FROM (SELECT session, count() AS requests FROM requests GROUP BY session HAVING countIf(SpanName = 'POST /v1/checkout' AND status = '200') > 0)
    ) AS chosen,
    story AS
    (
        SELECT TraceId FROM requests WHERE session = chosen
    )
SELECT
    round(dateDiff('millisecond', min(at) OVER (), at) / 1000, 2) AS after_s,
    kind,
    service,
    what,
    ms,
    trace_id
FROM
(
    SELECT Timestamp AS at, 'request' AS kind, 'api-gateway' AS service, concat(SpanName, ' ', status) AS what, round(Duration / 1e6) AS ms, TraceId AS trace_id
    FROM requests
    WHERE session = chosen
    UNION ALL
    SELECT Timestamp, 'log', ServiceName, concat(SeverityText, ' ', Body), NULL, TraceId
    FROM otel.otel_logs
    WHERE Timestamp >= opened AND TraceId IN story AND EventName != 'snkrs.access'
    UNION ALL
    SELECT Timestamp, 'message', ServiceName, SpanName, round(Duration / 1e6), TraceId
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND SpanKind = 'Consumer' AND hasAny(Links.TraceId, (SELECT groupArray(TraceId) FROM story))
        AND ServiceName IN ('draw-service', 'order-service', 'notification-service') AND SpanName LIKE 'process %'
)
ORDER BY at;

-- 15. Do the books balance: is every pair accounted for, and every payment?
-- Each line is a sentence that must be true once the drop is over: `found` equals `expected`. While it is live, pairs and payments are under way,
-- and lines may be off by a few. `sold more than there was` above 0 would be an oversell, a charge without an order money kept for nothing. Pairs
-- left in carts were reserved by shoppers who went away or came too late to pay, and lapse: a later checkout puts them back on the shelf. More
-- lapsed than were left would be pairs taken from those who pay. A late message may be handled when the next drop is on: warehouses are counted
-- by the orders' ids.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    facts AS
    (
        SELECT
            toInt64(arraySum(mapValues(maxMapIf(
                map(ResourceAttributes['snkrs.shard.index'], toInt64OrZero(SpanAttributes['snkrs.inventory.left'])),
                SpanName = 'get_stock')))) AS pairs,
            countIf(SpanName = 'reserve_pair' AND SpanAttributes['rpc.status_code'] = 'OK') AS reserved,
            countIf(SpanName = 'release_pair') AS returned,
            countIf(SpanName = 'create_order' AND StatusCode != 'Error') AS orders,
            groupUniqArrayIf(SpanAttributes['snkrs.order.id'], SpanName = 'create_order' AND StatusCode != 'Error') AS order_ids,
            groupUniqArrayIf(SpanAttributes['snkrs.payment.charge_id'], SpanName = 'create_order' AND StatusCode != 'Error') AS charges_of_orders,
            countIf(SpanName = 'stripe.charge' AND StatusCode != 'Error') AS charged,
            groupUniqArrayIf(SpanAttributes['snkrs.payment.charge_id'], SpanName = 'stripe.charge' AND StatusCode != 'Error') AS charges,
            groupUniqArrayIf(SpanAttributes['snkrs.payment.charge_id'], SpanName = 'stripe.refund' AND StatusCode != 'Error') AS refunds,
            countIf(SpanName = 'postgres.insert transactions' AND StatusCode != 'Error') AS transactions,
            countIf(SpanName = 'kafka.produce order_created' AND StatusCode != 'Error') AS messages,
            groupUniqArrayIf(SpanAttributes['snkrs.order.id'], SpanName = 'process order_created' AND StatusCode != 'Error') AS allocated,
            countIf(SpanName = 'POST /v1/checkout' AND SpanAttributes['snkrs.checkout.outcome'] = 'abandoned') AS abandoned
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND (SpanAttributes['snkrs.drop.id'] = this_drop OR SpanKind = 'Consumer') AND (ServiceName, SpanName) IN
        (
            ('api-gateway', 'POST /v1/checkout'), ('inventory-service', 'get_stock'), ('inventory-service', 'reserve_pair'),
            ('inventory-service', 'release_pair'), ('payment-service', 'stripe.charge'), ('payment-service', 'stripe.refund'),
            ('payment-service', 'postgres.insert transactions'), ('order-service', 'create_order'),
            ('order-service', 'kafka.produce order_created'), ('order-service', 'process order_created')
        )
    ),
    (
        SELECT sum(toInt64OrZero(LogAttributes['snkrs.reservations']))
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND ServiceName = 'inventory-service' AND EventName = 'snkrs.reservation.expired'
    ) AS lapsed,
    (
        SELECT uniqExact(TraceId)
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND LogAttributes['error.type'] = 'reservation_expired'
    ) AS too_late
SELECT line.1 AS sentence, line.2 AS expected, line.3 AS found, if(expected = found, 'balances', concat('off by ', toString(found - expected))) AS verdict
FROM facts
ARRAY JOIN
[
    ('sold more than there was', 0, toInt64(greatest(orders - pairs, 0))),
    ('reserved pairs = orders + returned + left in carts', toInt64(reserved), toInt64(orders + returned + abandoned + too_late)),
    ('lapsed beyond what was left in carts', 0, toInt64(greatest(lapsed - toInt64(abandoned + too_late), 0))),
    ('every order has an id of its own', toInt64(orders), toInt64(length(order_ids))),
    ('every order has a charge of its own', toInt64(orders), toInt64(length(arrayIntersect(charges, charges_of_orders)))),
    ('charges without an order or a refund', 0, toInt64(length(arrayFilter(charge -> NOT has(charges_of_orders, charge) AND NOT has(refunds, charge), charges)))),
    ('every charge is written down or refunded', toInt64(charged), toInt64(transactions + length(refunds))),
    ('every order is sent to fulfilment', toInt64(orders), toInt64(messages)),
    ('every order has a warehouse', toInt64(orders), toInt64(length(arrayIntersect(order_ids, allocated))))
] AS line;

-- 16. What did the drop earn, and what did it not?
-- Every checkout that came as far as asking for a pair, by what became of it, in dollars at the price of this drop. `earned` is what is in the
-- bank. The lines below it are no losses as long as the stock sells out: their pairs went to somebody else. With pairs left over, held, declined
-- and failed payments are money. What was turned away for want of a pair says how many more pairs there could have been.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    (
        SELECT maxOrNull(toUInt64OrZero(SpanAttributes['snkrs.payment.amount'])) / 100
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'payment-service' AND SpanName = 'process_payment' AND SpanAttributes['snkrs.drop.id'] = this_drop
    ) AS price,
    ends AS
    (
        SELECT TraceId, argMin(LogAttributes['error.type'], Timestamp) AS reason
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND EventName IN ('snkrs.rejected', 'snkrs.failed')
            AND ServiceName IN ('fraud-detection', 'inventory-service', 'order-service', 'payment-service')
        GROUP BY TraceId
    )
SELECT
    multiIf(
        status = '200' AND outcome = 'abandoned', 'left in the cart',
        status = '200', 'earned',
        reason = 'sold_out', 'no pair left',
        reason = 'fraud_score_high', 'held by fraud detection',
        reason = 'payment_method_rejected', 'payment method declined',
        reason = 'timeout', 'stripe timed out',
        reason) AS became,
    count() AS checkouts,
    checkouts * price AS usd,
    round(100 * checkouts / sum(checkouts) OVER (), 1) AS of_demand
FROM
(
    SELECT TraceId, SpanAttributes['http.response.status_code'] AS status, SpanAttributes['snkrs.checkout.outcome'] AS outcome
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/checkout' AND SpanAttributes['snkrs.drop.id'] = this_drop
) AS requests
LEFT JOIN ends USING (TraceId)
WHERE status = '200' OR reason != ''
GROUP BY became
ORDER BY became = 'earned' DESC, checkouts DESC;

-- 17. Was it fair: did anybody's region, tier or device help?
-- Of those let in to the checkout (bots are not), how many pairs each group got beside how many its share of the checkouts would give it.
-- `deviation` is the difference in standard deviations: between -2 and 2 is chance, as two dozen groups are compared even 3 happens; beyond that
-- somebody has an advantage, and `p50_ms` tells whether being faster is it. Regions are those of the gateway that was asked.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    buyers AS
    (
        SELECT TraceId
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'order-service' AND SpanName = 'create_order' AND StatusCode != 'Error'
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    )
SELECT
    grouping.1 AS by,
    grouping.2 AS value,
    count() AS checkouts,
    uniqExact(shopper) AS shoppers,
    countIf(won) AS pairs,
    round(checkouts * any(rate), 1) AS fair_share,
    if(any(rate) IN (0, 1), NULL, round((pairs - checkouts * any(rate)) / sqrt(checkouts * any(rate) * (1 - any(rate))), 1)) AS deviation,
    round(quantile(0.5)(Duration) / 1e6) AS p50_ms
FROM
(
    SELECT
        TraceId IN (SELECT TraceId FROM buyers) AS won,
        avg(won) OVER () AS rate,
        SpanAttributes['user.id'] AS shopper,
        Duration,
        [
            ('region', ResourceAttributes['cloud.region']),
            ('country', SpanAttributes['geo.country.iso_code']),
            ('tier', SpanAttributes['snkrs.user.tier']),
            ('device', SpanAttributes['user_agent.os.name'])
        ] AS groupings
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/checkout'
        AND SpanAttributes['snkrs.drop.id'] = this_drop AND SpanAttributes['http.response.status_code'] != '403'
)
ARRAY JOIN groupings AS grouping
GROUP BY by, value
ORDER BY by, checkouts DESC;

-- 18. Which step of a payment costs more orders and more time, stripe or the fraud check?
-- The steps of a payment in their order. `lost` payments ended in this step; `of_payments` is their share of all that were begun. `waited_s` is
-- the time all shoppers together spent in it, `for_nothing_s` the part of it spent in calls that failed. Fraud holds are a rule that does its
-- work; a timeout of stripe is a failure, and one that takes longer than a success does.
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
    SpanName AS step,
    count() AS calls,
    countIf(StatusCode = 'Error') AS lost,
    round(100 * lost / max(count()) OVER (), 1) AS of_payments,
    round(quantile(0.5)(Duration) / 1e6) AS p50_ms,
    round(quantile(0.99)(Duration) / 1e6) AS p99_ms,
    round(sum(Duration) / 1e9, 1) AS waited_s,
    round(sumIf(Duration, StatusCode = 'Error') / 1e9, 1) AS for_nothing_s,
    anyIf(StatusMessage, StatusCode = 'Error') AS why
FROM otel.otel_traces
WHERE Timestamp >= opened AND ServiceName = 'payment-service' AND SpanAttributes['snkrs.drop.id'] = this_drop
    AND SpanName IN ('validate_payment_method', 'fraud.score_check', 'stripe.charge', 'postgres.insert transactions', 'stripe.refund')
GROUP BY step
ORDER BY indexOf(['validate_payment_method', 'fraud.score_check', 'stripe.charge', 'postgres.insert transactions', 'stripe.refund'], step);

-- 19. Who tried to enter the draw twice, and did anybody get in twice?
-- People and bots by how often they tried: `shoppers` who did, their `requests`, how many of these got `in`, how many were told that this shopper
-- had entered before, and how many came too late. `median_gap_s` lies between the first try and the last. Bots are refused before the draw hears
-- of them. `in_twice` must be 0: an entry is looked up in Redis before it is stored, and two requests at the same moment could both find nothing.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    answers AS
    (
        SELECT TraceId, SpanAttributes['rpc.status_code'] AS answer
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'draw-service' AND SpanName = 'enter_draw' AND SpanAttributes['snkrs.drop.id'] = this_drop
    )
SELECT
    if(refused, 'bots', 'people') AS who,
    tries,
    count() AS shoppers,
    sum(tries) AS requests,
    sum(accepted) AS in,
    sum(known) AS told_before,
    sum(late) AS too_late,
    if(tries = 1, NULL, round(median(gap), 1)) AS median_gap_s,
    countIf(accepted > 1) AS in_twice
FROM
(
    SELECT
        SpanAttributes['user.id'] AS shopper,
        countIf(SpanAttributes['http.response.status_code'] = '403') > 0 AS refused,
        count() AS tries,
        countIf(answer = 'OK') AS accepted,
        countIf(answer = 'ALREADY_EXISTS') AS known,
        countIf(answer = 'FAILED_PRECONDITION') AS late,
        dateDiff('millisecond', min(Timestamp), max(Timestamp)) / 1000 AS gap
    FROM otel.otel_traces LEFT JOIN answers USING (TraceId)
    WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/draw/enter' AND SpanAttributes['snkrs.drop.id'] = this_drop
    GROUP BY shopper
)
GROUP BY who, tries
ORDER BY who DESC, tries;

-- 20. Why were payments declined, and did those shoppers get a pair after all?
-- Payments that ended without money, by reason. `held_ms` is how long such a payment kept its pair from others, `came_back` are shoppers who
-- checked out once more after it, `got_one` those of them who have an order. In the rush hardly anybody gets a second chance: there are 40,000
-- shoppers. `usd` is what these payments would have brought.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    payments AS
    (
        SELECT
            TraceId,
            Timestamp AS paid_at,
            Duration AS took,
            toUInt64OrZero(SpanAttributes['snkrs.payment.amount']) / 100 AS amount,
            SpanAttributes['user.id'] AS shopper
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'payment-service' AND SpanName = 'process_payment'
            AND SpanAttributes['snkrs.drop.id'] = this_drop AND SpanAttributes['rpc.status_code'] != 'OK'
    ),
    reasons AS
    (
        SELECT TraceId, argMin(LogAttributes['exception.message'], Timestamp) AS reason
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND ServiceName IN ('payment-service', 'fraud-detection') AND EventName IN ('snkrs.rejected', 'snkrs.failed')
        GROUP BY TraceId
    ),
    later AS
    (
        SELECT SpanAttributes['user.id'] AS shopper, max(Timestamp) AS last_try, countIf(SpanAttributes['http.response.status_code'] = '200') > 0 AS bought
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName = 'POST /v1/checkout' AND SpanAttributes['snkrs.drop.id'] = this_drop
        GROUP BY shopper
    )
SELECT
    reason,
    count() AS payments,
    sum(amount) AS usd,
    round(quantile(0.5)(took) / 1e6) AS held_ms,
    uniqExact(shopper) AS shoppers,
    uniqExactIf(shopper, last_try > paid_at) AS came_back,
    uniqExactIf(shopper, last_try > paid_at AND bought) AS got_one
FROM payments LEFT JOIN reasons USING (TraceId) LEFT JOIN later USING (shopper)
GROUP BY reason
ORDER BY payments DESC;

-- 21. How long do messages lie in Kafka before somebody reads them?
-- Each consumer span is linked to the spans that sent what it handles: `lag` runs from the end of the sending to the beginning of the handling,
-- in seconds. draw_losers wait for POST_DROP on purpose, so theirs is a minute and more. Elsewhere a p99 far above p50 is a consumer that falls
-- behind in the rush; then `handling_ms` times `batches`, close to the length of the phase, says that one reader has no time to spare, and larger
-- batches or more consumers would help. `unread` messages were sent and not handled yet.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    sent AS
    (
        SELECT SpanId, SpanAttributes['messaging.destination.name'] AS topic, Timestamp + toIntervalNanosecond(Duration) AS sent_at
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName IN ('draw-service', 'order-service') AND SpanName LIKE 'kafka.produce %'
            AND SpanAttributes['snkrs.drop.id'] = this_drop AND StatusCode != 'Error'
    ),
    handled AS
    (
        SELECT SpanId AS batch, sender, Timestamp AS read_at, Duration AS handling, ServiceName AS consumer
        FROM otel.otel_traces
        ARRAY JOIN Links.SpanId AS sender
        WHERE Timestamp >= opened AND ServiceName IN ('draw-service', 'order-service', 'notification-service') AND SpanName LIKE 'process %'
    )
SELECT
    topic,
    anyIf(consumer, batch != '') AS consumer,
    count() AS messages,
    countIf(batch = '') AS unread,
    uniqExactIf(batch, batch != '') AS batches,
    round(quantileIf(0.5)(lag, batch != ''), 2) AS lag_p50_s,
    round(quantileIf(0.99)(lag, batch != ''), 2) AS lag_p99_s,
    round(maxIf(lag, batch != ''), 2) AS lag_max_s,
    round(avgIf(handling, batch != '') / 1e6) AS handling_ms
FROM
(
    SELECT *, dateDiff('millisecond', sent_at, read_at) / 1000 AS lag
    FROM sent LEFT JOIN handled ON sent.SpanId = handled.sender
)
GROUP BY topic
ORDER BY lag_p99_s DESC;

-- 22. What does a picture that the CDN has not kept cost, and how does the feed do?
-- Product pages by whether the edge had the picture. `of_pages` is the hit ratio, `picture` what the CDN took, in ms, and `page` the whole
-- answer; the difference of the two lines' medians is the price of a miss, which is about that of the trip to the origin (`origin`). A falling
-- hit ratio shows here first and in the page's p99 last. The feed has no pictures: it reads a cache and then Postgres every time, and its line is
-- the yardstick of an undisturbed read.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    pictures AS
    (
        SELECT
            TraceId,
            anyIf(SpanAttributes['snkrs.cdn.cache_status'], SpanName = 'cdn.get images') AS cache,
            maxIf(Duration, SpanName = 'cdn.get images') AS picture,
            maxIf(Duration, SpanName = 'cdn.fetch origin') AS origin
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'product-service' AND SpanName IN ('cdn.get images', 'cdn.fetch origin')
            AND SpanAttributes['snkrs.drop.id'] = this_drop
        GROUP BY TraceId
    )
SELECT
    if(SpanName = 'GET /v1/feed', 'feed', concat('product page, ', cache)) AS what,
    count() AS requests,
    round(100 * requests / sum(requests) OVER (PARTITION BY SpanName), 1) AS of_pages,
    if(cache = '', NULL, round(quantile(0.5)(picture) / 1e6, 1)) AS picture_p50,
    if(cache = '', NULL, round(quantile(0.99)(picture) / 1e6, 1)) AS picture_p99,
    if(cache = 'MISS', round(quantile(0.5)(origin) / 1e6, 1), NULL) AS origin_p50,
    round(quantile(0.5)(Duration) / 1e6, 1) AS page_p50,
    round(quantile(0.99)(Duration) / 1e6, 1) AS page_p99
FROM otel.otel_traces LEFT JOIN pictures USING (TraceId)
WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanName IN ('GET /v1/products/{id}', 'GET /v1/feed')
    AND SpanAttributes['snkrs.drop.id'] = this_drop AND (SpanName = 'GET /v1/feed' OR cache != '')
GROUP BY SpanName, cache
ORDER BY what;

-- 23. What did shoppers get for an answer, and how fast?
-- Each kind of request by status code, all phases. 200 is a success; 402 a payment that was declined or held, 403 a bot, 409 an entry too many or
-- too late, 410 sold out; 503 is a full pool or a refusal by DynamoDB or stripe (its own 429 never reaches a shopper), 504 stripe's timeout.
-- Saying no should be quicker than saying yes, and 410 comes out even so slow because the shopper is told first. A status without a meaning here
-- is news.
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
    SpanName AS request,
    toUInt16OrZero(SpanAttributes['http.response.status_code']) AS status,
    transform(
        status,
        [200, 402, 403, 409, 410, 500, 503, 504],
        ['success', 'payment declined or held', 'bot', 'twice or too late', 'sold out', 'failure inside', 'overload', 'stripe timed out'],
        'unexpected') AS meaning,
    count() AS requests,
    round(100 * requests / sum(requests) OVER (PARTITION BY SpanName), 1) AS of_request,
    round(quantile(0.5)(Duration) / 1e6) AS p50_ms,
    round(quantile(0.99)(Duration) / 1e6) AS p99_ms
FROM otel.otel_traces
WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanKind = 'Server' AND SpanAttributes['snkrs.drop.id'] = this_drop
GROUP BY request, status
ORDER BY request, status;

-- 24. How much of the error budget did this drop use?
-- The objective: of each kind of request, 99 % are answered without a 5xx and 95 % within half a second. `failures_budget` is the share of the
-- allowed 1 % that was used, `slow_budget` of the allowed 5 %: above 100 the objective is missed. `worst_10s` is the worst ten seconds' share of
-- 5xx in multiples of what is allowed (the burn rate), of tens with ten requests or more: a short burst pages nobody, hours at 2 would use up
-- a month's budget in two weeks.
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
    request,
    sum(requests) AS requests,
    sum(failures) AS failures,
    round(100 - 100 * failures / requests, 2) AS availability,
    round(100 * failures / (0.01 * requests)) AS failures_budget,
    sum(slow) AS slow,
    round(100 * slow / (0.05 * requests)) AS slow_budget,
    round(max(failed_share) / 0.01, 1) AS worst_10s
FROM
(
    SELECT
        SpanName AS request,
        count() AS requests,
        countIf(StatusCode = 'Error') AS failures,
        countIf(Duration > 500e6) AS slow,
        if(requests >= 10, failures / requests, 0) AS failed_share
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND ServiceName = 'api-gateway' AND SpanKind = 'Server' AND SpanAttributes['snkrs.drop.id'] = this_drop
    GROUP BY request, toStartOfInterval(Timestamp, INTERVAL 10 SECOND)
) AS tens
GROUP BY request
ORDER BY failures_budget DESC;

-- 25. Which service instance is the worst, and is it the instance or its region?
-- One line for each instance with its errors and its latency, beside those of all of its service's. `deviation` is how far its errors are from
-- the service's share, in standard deviations, and `slower` its p99 against the service's: an instance that stands out alone is a bad pod; when
-- all of a region do, with the other services there as well, it is the region. Only spans of requests count, as calls to others fail at whoever
-- is asked.
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
    ServiceName AS service,
    region,
    pod,
    requests,
    errors,
    if(rate = 0, NULL, round((errors - requests * rate) / sqrt(requests * rate * (1 - rate)), 1)) AS deviation,
    round(p99_ms, 1) AS p99_ms,
    round(p99_ms / p99_of_service, 2) AS slower
FROM
(
    SELECT
        ServiceName,
        ResourceAttributes['cloud.region'] AS region,
        ResourceAttributes['k8s.pod.name'] AS pod,
        count() AS requests,
        countIf(StatusCode = 'Error') AS errors,
        sum(errors) OVER (PARTITION BY ServiceName) / sum(requests) OVER (PARTITION BY ServiceName) AS rate,
        quantile(0.99)(Duration) / 1e6 AS p99_ms,
        avg(p99_ms) OVER (PARTITION BY ServiceName) AS p99_of_service
    FROM otel.otel_traces
    WHERE Timestamp >= opened AND SpanKind IN ('Server', 'Consumer') AND SpanAttributes['snkrs.drop.id'] = this_drop
    GROUP BY ServiceName, region, pod
)
ORDER BY deviation DESC NULLS LAST, slower DESC;

-- 26. Do the metrics tell the same story as the traces?
-- Requests and failures since this drop opened, once as the services counted them (snkrs.requests and snkrs.errors, last reading minus first of
-- each series) and once as spans that ended in between. Readings are stamped to the second, so a few requests at either end fall on the other
-- side: `off` within 1 %, or by a handful, is agreement. More says that one of the two was lost or stored twice on its way.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    readings AS
    (
        SELECT min(TimeUnix) AS first_read, max(TimeUnix) AS last_read
        FROM otel.otel_metrics_sum
        WHERE ServiceName = 'api-gateway' AND MetricName = 'snkrs.requests' AND TimeUnix >= opened
    ),
    counted AS
    (
        SELECT
            service,
            toInt64(sumIf(increase, MetricName = 'snkrs.requests')) AS requests_counted,
            toInt64(sumIf(increase, MetricName = 'snkrs.errors')) AS failures_counted
        FROM
        (
            SELECT
                ServiceName AS service,
                MetricName,
                max(Value) - minIf(Value, TimeUnix = (SELECT first_read FROM readings)) AS increase
            FROM otel.otel_metrics_sum
            WHERE MetricName IN ('snkrs.requests', 'snkrs.errors') AND TimeUnix >= (SELECT first_read FROM readings)
                AND ServiceName IN
                (
                    'api-gateway', 'auth-service', 'draw-service', 'feed-service', 'fraud-detection', 'inventory-service',
                    'notification-service', 'order-service', 'payment-service', 'product-service'
                )
            GROUP BY service, MetricName, Attributes, ResourceAttributes['service.instance.id'], ResourceAttributes['snkrs.run.id']
        )
        GROUP BY service
    ),
    traced AS
    (
        SELECT
            ServiceName AS service,
            count() AS requests_traced,
            countIf(StatusCode = 'Error' OR toUInt16OrZero(SpanAttributes['http.response.status_code']) >= 400
                OR SpanAttributes['rpc.status_code'] NOT IN ('', 'OK')) AS failures_traced
        FROM otel.otel_traces
        WHERE Timestamp >= opened - INTERVAL 1 MINUTE AND SpanKind IN ('Server', 'Consumer') AND SpanAttributes['snkrs.drop.id'] != ''
            AND toDateTime(Timestamp + toIntervalNanosecond(Duration)) > (SELECT first_read FROM readings)
            AND toDateTime(Timestamp + toIntervalNanosecond(Duration)) <= (SELECT last_read FROM readings)
        GROUP BY service
    )
SELECT
    service,
    requests_counted,
    requests_traced,
    round(100 * (requests_traced - requests_counted) / nullIf(requests_counted, 0), 2) AS requests_off,
    failures_counted,
    failures_traced,
    round(100 * (failures_traced - failures_counted) / nullIf(failures_counted, 0), 2) AS failures_off
FROM counted INNER JOIN traced USING (service)
ORDER BY requests_counted DESC;

-- 27. Was everybody told what became of them?
-- Four groups that are owed a message: `due` are those it is true of, `told` those for whom the sending went through. Winners hear at once that
-- they may buy, losers of the draw not before POST_DROP, so until then nobody of them is told; buyers get a push and a mail; who finds the shelf
-- empty in the checkout hears it on the spot. `missing` after POST_DROP are messages lost: of pushes some 2 % are, as the device has gone.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    sent AS
    (
        SELECT SpanId
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'draw-service' AND SpanName IN ('kafka.produce draw_winners', 'kafka.produce draw_losers')
            AND SpanAttributes['snkrs.drop.id'] = this_drop
    ),
    consumed AS
    (
        SELECT TraceId
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'notification-service' AND SpanName IN ('process draw_winners', 'process draw_losers')
            AND hasAny(Links.SpanId, (SELECT groupArray(SpanId) FROM sent))
    ),
    told AS
    (
        SELECT
            sumIf(toUInt64OrZero(LogAttributes['snkrs.notifications']), EventName = 'snkrs.draw.winners_notified') AS winners_told,
            sumIf(toUInt64OrZero(LogAttributes['snkrs.notifications']), EventName = 'snkrs.draw.losers_notified') AS losers_told
        FROM otel.otel_logs
        WHERE Timestamp >= opened AND ServiceName = 'notification-service' AND TraceId IN (SELECT TraceId FROM consumed)
    ),
    facts AS
    (
        SELECT
            sumIf(toUInt64OrZero(SpanAttributes['snkrs.draw.winners']), SpanName = 'select_winners') AS winners,
            sumIf(toUInt64OrZero(SpanAttributes['snkrs.draw.losers']), SpanName = 'select_winners') AS losers,
            countIf(SpanName = 'create_order' AND StatusCode != 'Error') AS orders,
            countIf(SpanName = 'apns.push' AND StatusCode != 'Error') AS pushed,
            countIf(SpanName = 'ses.send_email' AND StatusCode != 'Error') AS mailed,
            countIf(SpanName = 'POST /v1/checkout' AND SpanAttributes['http.response.status_code'] = '410') AS too_late,
            countIf(SpanName = 'send_loss_notification' AND SpanAttributes['rpc.status_code'] = 'OK') AS too_late_told
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND SpanAttributes['snkrs.drop.id'] = this_drop AND (ServiceName, SpanName) IN
        (
            ('draw-service', 'select_winners'), ('order-service', 'create_order'), ('notification-service', 'apns.push'),
            ('notification-service', 'ses.send_email'), ('api-gateway', 'POST /v1/checkout'), ('notification-service', 'send_loss_notification')
        )
    )
SELECT line.1 AS whom, line.2 AS due, line.3 AS told, toInt64(due) - toInt64(told) AS missing
FROM facts CROSS JOIN told
ARRAY JOIN
[
    ('winners of the draw, by push', winners, winners_told),
    ('losers of the draw, by push', losers, losers_told),
    ('buyers, by push', orders, pushed),
    ('buyers, by mail', orders, mailed),
    ('sold out at the checkout', too_late, too_late_told)
] AS line;

-- 28. What does a session cost that Redis has let go?
-- Sign-in checks by phase and by whether the session was in Redis. A miss is read from the users' table, over two connections for each instance
-- of auth-service: `p50_ms` of hit and miss differ by that query, and `waited` is the share of misses that had to queue for a connection,
-- `failed` of those that gave up. In the rush a crowd comes that was not here lately, so `share` of misses rises just when the pool is busiest:
-- the first domino of most 503s.
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
    (SELECT maxOrNull(opened_at) FROM drops) AS opened,
    lookups AS
    (
        SELECT
            TraceId,
            anyIf(SpanAttributes['snkrs.cache.hit'], SpanName = 'redis.get session') AS hit,
            countIf(SpanName = 'pool.acquire') > 0 AS waiting,
            anyIf(Duration, SpanName = 'validate_request') AS took,
            countIf(SpanName = 'postgres.query users' AND StatusCode = 'Error') > 0 AS gave_up,
            any(SpanAttributes['snkrs.phase']) AS phase
        FROM otel.otel_traces
        WHERE Timestamp >= opened AND ServiceName = 'auth-service' AND SpanAttributes['snkrs.drop.id'] = this_drop
            AND SpanName IN ('validate_request', 'redis.get session', 'postgres.query users', 'pool.acquire')
        GROUP BY TraceId
    )
SELECT
    phase,
    if(hit = 'true', 'in Redis', 'from Postgres') AS session,
    count() AS requests,
    round(100 * requests / sum(requests) OVER (PARTITION BY phase), 1) AS share,
    round(quantile(0.5)(took) / 1e6) AS p50_ms,
    round(quantile(0.99)(took) / 1e6) AS p99_ms,
    round(100 * countIf(waiting) / requests, 1) AS waited,
    round(100 * countIf(gave_up) / requests, 1) AS failed
FROM lookups
WHERE took > 0
GROUP BY phase, session
ORDER BY indexOf(['PRE_DROP', 'DROP_LIVE', 'POST_DROP'], phase), session DESC;
