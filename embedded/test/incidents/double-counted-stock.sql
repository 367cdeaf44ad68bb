-- Pairs the shelf has gained, for each that was put back: what is on it at the end of a time, and what was taken, less what was on it at the beginning.
WITH
    times AS
    (
        SELECT 'inside' AS place, {from:DateTime64(3)} AS begins, {to:DateTime64(3)} AS ends
        UNION ALL
        SELECT 'after', {recovered:DateTime64(3)}, {recovered:DateTime64(3)} + INTERVAL 12 SECOND
    ),
    shelf AS
    (
        SELECT place, run, min(counted.at) AS first, max(counted.at) AS last, argMax(pairs, at) - argMin(pairs, at) AS more
        FROM (SELECT ResourceAttributes['snkrs.run.id'] AS run, TimeUnix AS at, sum(Value) AS pairs FROM otel.otel_metrics_gauge WHERE MetricName = 'snkrs.inventory' GROUP BY run, at) AS counted
        CROSS JOIN times
        WHERE counted.at BETWEEN begins AND ends
        GROUP BY place, run
    ),
    moves AS
    (
        SELECT ResourceAttributes['snkrs.run.id'] AS run, Timestamp + toIntervalNanosecond(Duration) AS at, SpanName = 'reserve_pair' AS taken
        FROM otel.otel_traces
        WHERE ServiceName = 'inventory-service' AND SpanAttributes['rpc.status_code'] = 'OK' AND SpanName IN ('reserve_pair', 'release_pair')
    )
SELECT
    place,
    anyIf((more + taken) / released, run = {troubled:String}) AS troubled,
    anyIf((more + taken) / released, run = {quiet:String}) AS quiet
FROM
(
    SELECT shelf.place AS place, shelf.run AS run, any(more) AS more, countIf(moves.taken) AS taken, countIf(NOT moves.taken) AS released
    FROM shelf
    INNER JOIN moves ON moves.run = shelf.run
    WHERE moves.at > shelf.first AND moves.at <= shelf.last
    GROUP BY place, run
)
GROUP BY place
