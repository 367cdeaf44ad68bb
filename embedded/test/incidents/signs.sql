-- What tells an incident apart besides spans: the kind of log record, and the counter or gauge, that differ most from the same drop without it.
-- Counts by how far they are beyond chance (four standard deviations of Poisson's are 1), gauges by half their value and 1 besides.
WITH
    logs AS
    (
        SELECT
            concat(ServiceName, ' ', EventName, ' ', LogAttributes['error.type']) AS sign,
            countIf(ResourceAttributes['snkrs.run.id'] = {troubled:String}) AS troubled,
            countIf(ResourceAttributes['snkrs.run.id'] = {quiet:String}) AS quiet
        FROM otel.otel_logs
        WHERE Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)}
        GROUP BY sign
    ),
    counted AS
    (
        SELECT
            ResourceAttributes['snkrs.run.id'] AS run,
            concat(ServiceName, ' ', MetricName, ' ', toString(mapSort(Attributes))) AS sign,
            argMaxIf(Value, TimeUnix, TimeUnix <= {to:DateTime64(3)}) - argMaxIf(Value, TimeUnix, TimeUnix <= {from:DateTime64(3)}) AS count
        FROM otel.otel_metrics_sum
        WHERE IsMonotonic AND ServiceName != 'event-generator'
        GROUP BY run, ResourceAttributes['service.instance.id'], sign
    ),
    levels AS
    (
        SELECT
            ResourceAttributes['snkrs.run.id'] AS run,
            concat(ServiceName, ' ', MetricName, ' ', toString(mapSort(Attributes))) AS sign,
            Value
        FROM
        (
            SELECT ResourceAttributes, ServiceName, MetricName, Attributes, Value, TimeUnix FROM otel.otel_metrics_gauge
            UNION ALL
            SELECT ResourceAttributes, ServiceName, MetricName, Attributes, Value, TimeUnix FROM otel.otel_metrics_sum WHERE NOT IsMonotonic
        )
        WHERE ServiceName != 'event-generator' AND TimeUnix BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)}
    ),
    metrics AS
    (
        SELECT sign, sumIf(count, run = {troubled:String}) AS troubled, sumIf(count, run = {quiet:String}) AS quiet,
            abs(troubled - quiet) / sqrt(troubled + quiet + 1) / 4 AS strength
        FROM counted
        GROUP BY sign
        UNION ALL
        SELECT sign, avgIf(Value, run = {troubled:String}) AS troubled, avgIf(Value, run = {quiet:String}) AS quiet,
            abs(troubled - quiet) / (abs(quiet) / 2 + 1) AS strength
        FROM levels
        GROUP BY sign
        HAVING isFinite(strength)
    )
SELECT 'logs' AS signal, sign, toFloat64(troubled) AS troubled, toFloat64(quiet) AS quiet, abs(troubled - quiet) / sqrt(troubled + quiet + 1) / 4 AS strength
FROM logs
ORDER BY strength DESC
LIMIT 1
UNION ALL
SELECT 'metrics', sign, troubled, quiet, strength
FROM metrics
ORDER BY strength DESC
LIMIT 1
