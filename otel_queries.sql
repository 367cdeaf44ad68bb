-- Questions for any OpenTelemetry data in ClickHouse: the tables of the OpenTelemetry Collector's clickhouseexporter, whatever sends to it.
-- Nothing below knows what the services are, and each statement pastes as it is into any ClickHouse client.
--
-- Window    Most look at the last 15 minutes, those that join spans with spans at the last 5. Change the INTERVAL for more; for a time
--           gone by, write `Timestamp BETWEEN '2026-01-31 18:00:00' AND '2026-01-31 18:15:00'` in its place.
-- Speed     otel_traces and otel_logs are sorted by time, then service: a condition on Timestamp is what keeps a query fast, one on
--           ServiceName narrows it further. A TraceId is found through a skip index. Add EXPLAIN indexes = 1 to see what is read.
-- Ids       A column called trace holds a TraceId: put it into question 11 for the trace as a tree.
-- Requests  A span of kind Server or Consumer is one request or message handled by its service; other spans are the work inside and the
--           calls out.
-- Rights    Reading the otel tables is enough, but for question 28, which asks ClickHouse itself.

-- 1. What is arriving, from whom, and how fresh is it?
-- A row for each service. A 0 is a signal that the service does not send, or that gets lost on the way: compare with its configuration.
-- age_s is how old the newest row is: spans and logs follow within their batch delay (some seconds), metrics within their export
-- interval (10 to 60 s). An age that grows while others stay fresh is a service that is down or idle, or an exporter that is stuck;
-- ages that all grow together are the collector or ClickHouse. A negative age is a clock that runs ahead (question 19).
SELECT
    ServiceName                                                              AS service,
    sumIf(row_count, signal = 'span')                                        AS spans,
    sumIf(row_count, signal = 'log')                                         AS logs,
    sumIf(row_count, signal = 'point')                                       AS data_points,
    round(sumIf(last_minute, signal = 'span')  / 60, 1)                      AS spans_per_s_now,
    minIfOrNull(age_s, signal = 'span')                                      AS span_age_s,
    minIfOrNull(age_s, signal = 'log')                                       AS log_age_s,
    minIfOrNull(age_s, signal = 'point')                                     AS point_age_s
FROM
(
    SELECT ServiceName, 'span' AS signal, count() AS row_count, countIf(Timestamp >= now() - INTERVAL 1 MINUTE) AS last_minute,
           dateDiff('second', max(Timestamp), now()) AS age_s
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
    GROUP BY ServiceName
    UNION ALL
    SELECT ServiceName, 'log', count(), countIf(Timestamp >= now() - INTERVAL 1 MINUTE), dateDiff('second', max(Timestamp), now())
    FROM otel.otel_logs
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
    GROUP BY ServiceName
    UNION ALL
    SELECT ServiceName, 'point', count(), countIf(TimeUnix >= now() - INTERVAL 1 MINUTE), dateDiff('second', max(TimeUnix), now())
    FROM merge('otel', '^otel_metrics_')
    WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
    GROUP BY ServiceName
)
GROUP BY service
ORDER BY spans DESC, data_points DESC
LIMIT 100;

-- 2. How much arrives each minute, and is there a gap?
-- The bars should move together: requests make spans and logs at once. A minute that is 0 for all signals is an outage of the pipeline
-- (or of everything it watches), for one signal the exporter of that signal. The first and the last minute are cut off and look low.
SELECT
    minute,
    countIf(signal = 'span')                                                 AS spans,
    countIf(signal = 'log')                                                  AS logs,
    countIf(signal = 'point')                                                AS data_points,
    bar(spans, 0, max(spans) OVER (), 20)                                    AS spans_bar,
    bar(logs, 0, max(logs) OVER (), 20)                                      AS logs_bar,
    bar(data_points, 0, max(data_points) OVER (), 20)                        AS data_points_bar
FROM
(
    SELECT toStartOfMinute(Timestamp) AS minute, 'span' AS signal
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
    UNION ALL
    SELECT toStartOfMinute(Timestamp), 'log'
    FROM otel.otel_logs
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
    UNION ALL
    SELECT toStartOfMinute(TimeUnix), 'point'
    FROM merge('otel', '^otel_metrics_')
    WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
)
GROUP BY minute
ORDER BY minute WITH FILL TO toStartOfMinute(now()) + INTERVAL 1 MINUTE STEP INTERVAL 1 MINUTE;

-- 3. How is each service doing: rate, errors, duration (RED), now and over the last minutes?
-- One row for a service's requests. The *_trend columns draw one mark a minute, oldest first, each scaled to its own highest: look for the
-- service whose errors or p95 rise while its rate does not. Rising along with the rate is load: see question 21. Then question 4
-- or 5 with `AND ServiceName = '…'`.
SELECT
    service,
    sum(minute_requests)                                                     AS requests,
    round(requests / any(seconds), 1)                                        AS per_s,
    round(100 * sum(minute_errors) / requests, 2)                            AS error_pct,
    round(quantileMerge(0.5)(minute_p50) / 1e6, 1)                           AS p50_ms,
    round(quantileMerge(0.95)(minute_p95) / 1e6, 1)                          AS p95_ms,
    round(quantileMerge(0.99)(minute_p99) / 1e6, 1)                          AS p99_ms,
    sparkbar(15)(minute, minute_requests)                                    AS rate_trend,
    sparkbar(15)(minute, minute_errors)                                      AS error_trend,
    sparkbar(15)(minute, toUInt64(finalizeAggregation(minute_p95)))          AS p95_trend
FROM
(
    SELECT
        ServiceName                                                          AS service,
        toStartOfMinute(Timestamp)                                           AS minute,
        count()                                                              AS minute_requests,
        countIf(StatusCode = 'Error')                                        AS minute_errors,
        quantileState(0.5)(Duration)                                         AS minute_p50,
        quantileState(0.95)(Duration)                                        AS minute_p95,
        quantileState(0.99)(Duration)                                        AS minute_p99,
        greatest(1, dateDiff('second', min(min(Timestamp)) OVER (), now()))  AS seconds
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND SpanKind IN ('Server', 'Consumer')
    GROUP BY service, minute
)
GROUP BY service
ORDER BY requests DESC
LIMIT 50;

-- 4. Which operations are the slowest?
-- Sorted by p99. A high p50 is work that is always slow; a high tail (p99 / p50, 2 to 5 is usual) is work that sometimes waits, for a lock,
-- a pool, a retry. time_pct is the share in the time of all spans: a slow operation with little of it is hardly worth the work.
-- Put slowest_trace into question 11 to see why, and the operation into question 6 to see whether it has one hump or two.
SELECT
    ServiceName                                                              AS service,
    SpanName                                                                 AS operation,
    SpanKind                                                                 AS kind,
    count()                                                                  AS spans,
    round(quantile(0.5)(Duration) / 1e6, 1)                                  AS p50_ms,
    round(quantile(0.95)(Duration) / 1e6, 1)                                 AS p95_ms,
    round(quantile(0.99)(Duration) / 1e6, 1)                                 AS p99_ms,
    round(max(Duration) / 1e6, 1)                                            AS max_ms,
    round(p99_ms / p50_ms, 1)                                                AS tail,
    round(100 * sum(Duration) / sum(sum(Duration)) OVER (), 1)               AS time_pct,
    argMax(TraceId, Duration)                                                AS slowest_trace
FROM otel.otel_traces
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
GROUP BY service, operation, kind
HAVING spans >= 10
ORDER BY p99_ms DESC
LIMIT 20;

-- 5. Which operations fail, how often, and with what reason?
-- Sorted by number of failures. reasons are the three most frequent: error.type if set, else the status message or the response code.
-- An error_pct near 100 is broken, a few per cent are often one instance, tenant or path: question 8 finds what the failures share.
-- A failure climbs from callee to caller, so the same cause is counted in several rows: question 9 tells where it began.
SELECT
    ServiceName                                                              AS service,
    SpanName                                                                 AS operation,
    SpanKind                                                                 AS kind,
    count()                                                                  AS spans,
    countIf(StatusCode = 'Error')                                            AS errors,
    round(100 * errors / spans, 2)                                           AS error_pct,
    topKIf(3)(
        coalesce(
            nullIf(SpanAttributes['error.type'], ''),
            nullIf(StatusMessage, ''),
            nullIf(SpanAttributes['http.response.status_code'], ''),
            nullIf(SpanAttributes['http.status_code'], ''),
            'not given'),
        StatusCode = 'Error')                                                AS reasons,
    argMaxIf(TraceId, Timestamp, StatusCode = 'Error')                       AS newest_trace
FROM otel.otel_traces
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
GROUP BY service, operation, kind
HAVING errors > 0
ORDER BY errors DESC
LIMIT 30;

-- 6. Is the latency of an operation one hump or two?
-- The distribution of the operation that takes most of the requests' time, in buckets that grow by the square root of 2 (replace `busiest` by
-- ('service', 'operation') for another). One hump is one way of working; two are two, such as cache hit and miss, and a percentile
-- between them describes neither. errors_pct tells whether a hump is the failures: fast ones are refusals, slow ones timeouts.
WITH
    (
        SELECT (ServiceName, SpanName)
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 15 MINUTE
          AND SpanKind IN ('Server', 'Consumer')
        GROUP BY ServiceName, SpanName
        ORDER BY sum(Duration) DESC
        LIMIT 1
    ) AS busiest,
    floor(2 * log2(greatest(Duration, 1) / 1e6)) AS half_octave
SELECT
    ServiceName                                                              AS service,
    SpanName                                                                 AS operation,
    round(exp2(half_octave / 2), 2)                                          AS from_ms,
    round(exp2((half_octave + 1) / 2), 2)                                    AS to_ms,
    count()                                                                  AS spans,
    round(100 * countIf(StatusCode = 'Error') / spans, 1)                    AS errors_pct,
    bar(spans, 0, max(spans) OVER (), 40)                                    AS distribution
FROM otel.otel_traces
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
  AND ServiceName = busiest.1
  AND SpanName = busiest.2
  AND SpanKind IN ('Server', 'Consumer')
GROUP BY service, operation, half_octave
ORDER BY half_octave;

-- 7. What is new or different in the last 5 minutes, against the hour before?
-- Run it after a deployment. verdict is `new` (no such span in the hour before), `gone`, `fails more` (error_pct up by a quarter and 2 points),
-- `slower` (p95 up by half or more), `busier` or `quieter` (rate doubled or halved). The first four deserve a look; the last two may
-- just be the traffic. On a stack younger than 5 minutes all is new. Adapt both windows: they meet at `since`.
WITH
    now() - INTERVAL 5 MINUTE                                                AS since,
    now() - INTERVAL 65 MINUTE                                               AS horizon,
    (
        SELECT greatest(1, dateDiff('second', greatest(min(Timestamp), horizon), since))
        FROM otel.otel_traces
        WHERE Timestamp >= horizon AND Timestamp < since
    )                                                                        AS seconds_before,
    least(300, greatest(1, (
        SELECT dateDiff('second', min(Timestamp), now())
        FROM otel.otel_traces
        WHERE Timestamp >= since
    )))                                                                      AS seconds_now
SELECT
    multiIf(
        spans_before = 0, 'new',
        spans_now = 0, 'gone',
        error_pct_now > 1.25 * error_pct_before + 2, 'fails more',
        p95_ms_now >= 1.5 * p95_ms_before, 'slower',
        per_s_now >= 2 * per_s_before, 'busier',
        per_s_now <= per_s_before / 2, 'quieter',
        'as before')                                                         AS verdict,
    ServiceName                                                              AS service,
    SpanName                                                                 AS operation,
    countIf(Timestamp < since)                                               AS spans_before,
    countIf(Timestamp >= since)                                              AS spans_now,
    round(spans_before / seconds_before, 2)                                  AS per_s_before,
    round(spans_now / seconds_now, 2)                                        AS per_s_now,
    round(quantileIf(0.95)(Duration, Timestamp < since) / 1e6, 1)            AS p95_ms_before,
    round(quantileIf(0.95)(Duration, Timestamp >= since) / 1e6, 1)           AS p95_ms_now,
    round(100 * countIf(StatusCode = 'Error' AND Timestamp < since) / spans_before, 2) AS error_pct_before,
    round(100 * countIf(StatusCode = 'Error' AND Timestamp >= since) / spans_now, 2)   AS error_pct_now
FROM otel.otel_traces
WHERE Timestamp >= horizon
GROUP BY service, operation
ORDER BY indexOf(['new', 'gone', 'fails more', 'slower', 'busier', 'quieter', 'as before'], verdict), spans_now DESC
LIMIT 50;

-- 8. What do failing requests have in common?
-- Takes the operation that fails most and compares the attributes of its failed requests with those of the others. A value with a high
-- failing_pct and a low others_pct (a large difference) is where to look: one instance, version, region, customer, path. Values that only
-- restate the failure (error.type, status codes) are left out. Differences of a few points are chance. For slow instead of failed
-- requests, write `Duration > 500e6` for failed.
WITH
    (
        SELECT (ServiceName, SpanName)
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 15 MINUTE
          AND SpanKind IN ('Server', 'Consumer')
          AND StatusCode = 'Error'
        GROUP BY ServiceName, SpanName
        ORDER BY count() DESC
        LIMIT 1
    ) AS worst
SELECT
    worst.1                                                                  AS service,
    worst.2                                                                  AS operation,
    attribute.1                                                              AS attribute_key,
    attribute.2                                                              AS value,
    countIf(failed)                                                          AS failing,
    countIf(NOT failed)                                                      AS others,
    round(100 * failing / any(all_failing), 1)                               AS failing_pct,
    round(100 * others / any(all_others), 1)                                 AS others_pct,
    round(failing_pct - others_pct, 1)                                       AS difference
FROM
(
    SELECT
        StatusCode = 'Error'                                                 AS failed,
        countIf(failed) OVER ()                                              AS all_failing,
        countIf(NOT failed) OVER ()                                          AS all_others,
        arrayConcat(
            arrayZip(mapKeys(SpanAttributes), mapValues(SpanAttributes)),
            arrayZip(mapKeys(ResourceAttributes), mapValues(ResourceAttributes))) AS attributes
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND ServiceName = worst.1
      AND SpanName = worst.2
      AND SpanKind IN ('Server', 'Consumer')
)
ARRAY JOIN attributes AS attribute
WHERE attribute_key != 'error.type' AND attribute_key NOT LIKE '%status_code'
GROUP BY attribute_key, value
ORDER BY difference DESC, failing DESC
LIMIT 25;

-- 9. Where do failures begin, and which requests do they break?
-- A failed span that no other failed span of its trace lies within is an origin; those around it only pass the failure on. breaks are the
-- requests (roots of the traces) it happened in. root_failed_pct: 100 means that each of these requests failed with it, 0 that somebody
-- handled it (a retry, a fallback, an expected refusal), so start with the most frequent among the high ones.
WITH origins AS
(
    SELECT TraceId, failure.3 AS service, failure.4 AS operation, failure.5 AS reason
    FROM
    (
        SELECT
            TraceId,
            groupArray((
                toUnixTimestamp64Nano(Timestamp),
                toUnixTimestamp64Nano(Timestamp) + Duration,
                ServiceName,
                SpanName,
                coalesce(nullIf(SpanAttributes['error.type'], ''), nullIf(StatusMessage, ''), 'not given'))) AS failures
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 15 MINUTE
          AND StatusCode = 'Error'
        GROUP BY TraceId
    )
    ARRAY JOIN arrayFilter(
        outer -> NOT arrayExists(inner -> inner != outer AND inner.1 >= outer.1 AND inner.2 <= outer.2, failures),
        failures) AS failure
)
SELECT
    service,
    operation,
    reason,
    count()                                                                  AS failures,
    round(100 * failures / sum(failures) OVER (), 1)                         AS failures_pct,
    topKIf(3)(concat(root.ServiceName, ': ', root.SpanName), root.SpanName != '') AS breaks,
    round(100 * countIf(root.StatusCode = 'Error') / failures, 1)            AS root_failed_pct,
    any(TraceId)                                                             AS example_trace
FROM origins
LEFT ANY JOIN
(
    SELECT TraceId, ServiceName, SpanName, StatusCode
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 20 MINUTE
      AND ParentSpanId = ''
) AS root USING (TraceId)
GROUP BY service, operation, reason
ORDER BY failures DESC
LIMIT 30;

-- 10. Which kinds of requests pass through the most services?
-- Traces grouped by their root and the set of services they touch. Many services in the path multiply the odds that one of them is slow or
-- down: look at p95_ms and error_pct of the longest paths first. A kind with fewer services than its sisters ended early (refused, failed)
-- or lost spans on the way. Only traces whose root is stored are counted: question 17 shows the others.
SELECT
    root,
    length(services)                                                         AS service_count,
    count()                                                                  AS traces,
    round(avg(spans), 1)                                                     AS spans_avg,
    round(quantile(0.5)(milliseconds), 1)                                    AS p50_ms,
    round(quantile(0.95)(milliseconds), 1)                                   AS p95_ms,
    round(100 * countIf(errors > 0) / traces, 1)                             AS error_pct,
    services,
    argMax(trace, milliseconds)                                              AS slowest_trace
FROM
(
    SELECT
        TraceId                                                              AS trace,
        anyIf(concat(ServiceName, ': ', SpanName), ParentSpanId = '')        AS root,
        arraySort(groupUniqArray(ServiceName))                               AS services,
        count()                                                              AS spans,
        countIf(StatusCode = 'Error')                                        AS errors,
        (max(toUnixTimestamp64Nano(Timestamp) + Duration) - min(toUnixTimestamp64Nano(Timestamp))) / 1e6 AS milliseconds
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
    GROUP BY trace
    HAVING countIf(ParentSpanId = '') > 0
)
GROUP BY root, services
ORDER BY service_count DESC, traces DESC
LIMIT 30;

-- 11. What happened in one trace, as an indented tree?
-- Takes the slowest trace of the last 5 minutes that passed at least 3 services; put any id in place of the subquery of trace_id. Children
-- are indented below their parents in order of start; a span whose parent is not stored begins at the left as well. The waterfall
-- has the trace's whole time as its width. Look for the long bars, then for gaps between them: self_ms is the time of a span that no child
-- covers, its own work or its waiting.
WITH RECURSIVE
    (
        SELECT TraceId
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 5 MINUTE
        GROUP BY TraceId
        HAVING uniqExact(ServiceName) >= 3 AND countIf(ParentSpanId = '') = 1
        ORDER BY maxIf(Duration, ParentSpanId = '') DESC
        LIMIT 1
    ) AS trace_id,
    spans AS
    (
        SELECT
            SpanId, ParentSpanId, ServiceName, SpanName, SpanKind, StatusCode, StatusMessage,
            toUnixTimestamp64Nano(Timestamp) AS start_ns, start_ns + Duration AS end_ns
        FROM otel.otel_traces
        WHERE TraceId = trace_id
          AND Timestamp >= (SELECT min(Start) FROM otel.otel_traces_trace_id_ts WHERE TraceId = trace_id)
          AND Timestamp < (SELECT max(End) FROM otel.otel_traces_trace_id_ts WHERE TraceId = trace_id) + INTERVAL 1 SECOND
    ),
    (SELECT (min(start_ns), greatest(1, max(end_ns) - min(start_ns))) FROM spans) AS extent,
    tree AS
    (
        SELECT SpanId, 0 AS depth, [(start_ns, SpanId)] AS path
        FROM spans
        WHERE ParentSpanId NOT IN (SELECT SpanId FROM spans)
        UNION ALL
        SELECT child.SpanId, parent.depth + 1, arrayPushBack(parent.path, (child.start_ns, child.SpanId))
        FROM tree AS parent
        INNER JOIN spans AS child ON child.ParentSpanId = parent.SpanId
        WHERE parent.depth < 100
    ),
    covered AS
    (
        SELECT
            parent.SpanId                                                    AS parent_id,
            intervalLengthSum(greatest(child.start_ns, parent.start_ns), least(child.end_ns, parent.end_ns)) AS child_ns
        FROM spans AS parent
        INNER JOIN spans AS child ON child.ParentSpanId = parent.SpanId
        WHERE child.start_ns < parent.end_ns AND child.end_ns > parent.start_ns
        GROUP BY parent_id
    )
SELECT
    concat(repeat('   ', depth), SpanName)                                   AS operation,
    ServiceName                                                              AS service,
    SpanKind                                                                 AS kind,
    round((start_ns - extent.1) / 1e6, 1)                                    AS at_ms,
    round((end_ns - start_ns) / 1e6, 1)                                      AS ms,
    round((end_ns - start_ns - child_ns) / 1e6, 1)                           AS self_ms,
    concat(
        repeat(' ', toUInt8(40 * (start_ns - extent.1) / extent.2)),
        repeat('█', toUInt8(ceil(40 * (end_ns - start_ns) / extent.2))))     AS waterfall,
    if(StatusCode = 'Error', concat('Error ', StatusMessage), '')            AS failure
FROM tree
INNER JOIN spans USING (SpanId)
LEFT JOIN covered ON covered.parent_id = spans.SpanId
ORDER BY path;

-- 12. What do the slowest requests wait for: which operations are on their critical path?
-- Takes the 100 slowest requests of the last 5 minutes. Back from the end of each, the path leads through the child that ended last, then
-- through the one that had ended last when that one began, and so on; what ran beside them kept nobody waiting. A span's part is its time
-- less that of the children it waited for. critical_pct adds up to 100: shorten the top rows to make slow requests faster; what is not
-- listed can't. requests says in how many of the 100 the operation was on the path.
WITH RECURSIVE
    slowest AS
    (
        SELECT TraceId
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 5 MINUTE
          AND ParentSpanId = ''
        ORDER BY Duration DESC
        LIMIT 100
    ),
    spans AS
    (
        SELECT
            TraceId, SpanId, ParentSpanId, concat(ServiceName, ': ', SpanName)::String AS operation,
            toUnixTimestamp64Nano(Timestamp) AS start_ns, start_ns + toInt64(Duration) AS end_ns
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 5 MINUTE
          AND TraceId IN (SELECT TraceId FROM slowest)
    ),
    children AS
    (
        SELECT
            TraceId, ParentSpanId,
            arrayReverseSort(child -> child.4, groupArray((SpanId, operation, start_ns, end_ns))) AS last_first
        FROM spans
        WHERE ParentSpanId != ''
        GROUP BY TraceId, ParentSpanId
    ),
    critical AS
    (
        SELECT TraceId, SpanId, operation, '' AS caller, start_ns AS from_ns, end_ns AS to_ns
        FROM spans
        WHERE ParentSpanId = ''
        UNION ALL
        SELECT critical.TraceId, awaited.1, awaited.2, operation, awaited.3, awaited.4
        FROM critical
        INNER JOIN children ON children.TraceId = critical.TraceId AND children.ParentSpanId = critical.SpanId
        ARRAY JOIN arrayFold(
            (path, child) -> if(
                least(child.4, to_ns) <= path.2 AND least(child.4, to_ns) > greatest(child.3, from_ns),
                (
                    arrayPushBack(path.1, (child.1, child.2, greatest(child.3, from_ns), least(child.4, to_ns))),
                    greatest(child.3, from_ns)
                ),
                path),
            last_first,
            ([]::Array(Tuple(String, String, Int64, Int64)), to_ns)).1 AS awaited
    )
SELECT
    part.1                                                                   AS operation,
    uniqExact(TraceId)                                                       AS requests,
    round(sum(part.2) / 1e6 / requests, 1)                                   AS ms_per_request,
    round(100 * sum(part.2) / sum(sum(part.2)) OVER (), 1)                   AS critical_pct,
    bar(critical_pct, 0, 100, 40)                                            AS critical_bar
FROM (SELECT TraceId, arrayJoin([(operation, to_ns - from_ns), (caller, from_ns - to_ns)]) AS part FROM critical)
WHERE part.1 != ''
GROUP BY part.1
ORDER BY critical_pct DESC
LIMIT 30;
