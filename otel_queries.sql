-- Questions for any OpenTelemetry data in ClickHouse: the tables of the OpenTelemetry Collector's clickhouseexporter, whoever sends
-- to it. Nothing below knows what the services are, and each statement pastes as it is into any ClickHouse client.
--
-- Window    Most look at the last 15 minutes, those that join spans with spans at the last 5. Change the INTERVAL for more; for a
--           time gone by, replace now() throughout by its end, such as toDateTime('2026-01-31 18:15:00'), and cap Timestamp with it.
-- Trends    Columns named trend draw 15 minutes, a mark each, the current one last, scaled to the row's own highest. For another
--           window change the numbers of minutes in `14 - …` and sparkbar(15, 0, 14) too.
-- Speed     otel_traces and otel_logs are sorted by time, then service: a condition on Timestamp is what keeps a query fast, one on
--           ServiceName narrows it further. A TraceId is found through a skip index. EXPLAIN indexes = 1 shows what is read.
-- Ids       A column called trace or …_trace holds a TraceId: put it into question 11 for the trace as a tree.
-- Requests  A span of kind Server or Consumer is one request or message that its service handles; other spans are the work inside
--           and the calls out.
-- Rights    Reading the otel tables is enough, but for question 31, which asks ClickHouse itself.

-- 1. What is arriving, from whom, and how fresh is it?
-- A row for each service. A 0 is a signal that the service does not send, or that gets lost on the way: compare with its
-- configuration. age_s is how old the newest row is: spans and logs follow within their batch delay (some seconds), metrics within
-- their export interval (10 to 60 s). An age that grows while others stay fresh is a service that is down or idle, or an exporter
-- that is stuck; ages that all grow together are the collector or ClickHouse. A negative age is a clock that runs ahead (question
-- 19).
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
-- The bars should move together: requests make spans and logs at once. A minute that is 0 for all signals is an outage of the
-- pipeline (or of everything it watches), for one signal the exporter of that signal. The first and the last minute are cut off and
-- look low.
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
-- One row for a service's requests. The *_trend columns draw one mark a minute, oldest first, each scaled to its own highest: look
-- for the service whose errors or p95 rise while its rate does not. Rising along with the rate is load: see question 21. Then
-- question 4 or 5 with `AND ServiceName = '…'`.
SELECT
    service,
    sum(minute_requests)                                                     AS requests,
    round(requests / any(seconds), 1)                                        AS per_s,
    round(100 * sum(minute_errors) / requests, 2)                            AS error_pct,
    round(quantileMerge(0.5)(minute_p50) / 1e6, 1)                           AS p50_ms,
    round(quantileMerge(0.95)(minute_p95) / 1e6, 1)                          AS p95_ms,
    round(quantileMerge(0.99)(minute_p99) / 1e6, 1)                          AS p99_ms,
    sparkbar(15, 0, 14)(minute, minute_requests)                             AS rate_trend,
    sparkbar(15, 0, 14)(minute, minute_errors)                               AS error_trend,
    sparkbar(15, 0, 14)(minute, toUInt64(finalizeAggregation(minute_p95)))   AS p95_trend
FROM
(
    SELECT
        ServiceName                                                          AS service,
        toUInt8(greatest(0, 14 - intDiv(dateDiff('second', Timestamp, now()), 60))) AS minute,
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
-- Sorted by p99. A high p50 is work that is always slow; a high tail (p99 / p50, 2 to 5 is usual) is work that sometimes waits, for
-- a lock, a pool, a retry. time_pct is the share in the time of all spans: a slow operation with little of it is hardly worth the
-- work. Put slowest_trace into question 11 to see why, and the operation into question 6 to see whether it has one hump or two.
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
-- Sorted by number of failures. reasons are the three most frequent: error.type if set, else the status message or the response
-- code. An error_pct near 100 is broken, a few per cent are often one instance, tenant or path: question 8 finds what the failures
-- share. A failure climbs from callee to caller, so the same cause is counted in several rows: question 9 tells where it began.
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
-- The distribution of the operation that takes most of the requests' time, in buckets that grow by the square root of 2 (replace
-- `busiest` by ('service', 'operation') for another). One hump is one way of working; two are two, such as cache hit and miss, and
-- a percentile between them describes neither. errors_pct tells whether a hump is the failures: fast ones are refusals, slow ones
-- timeouts.
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
-- Run it after a deployment. verdict is `new` (no such span in the hour before), `gone`, `fails more` (error_pct up by a quarter
-- and 2 points), `slower` (p95 up by half or more), `busier` or `quieter` (rate doubled or halved). The first four deserve a look;
-- the last two may just be the traffic. On a stack younger than 5 minutes all is new. Adapt both windows: they meet at `since`.
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
LIMIT 100;

-- 8. What do failing requests have in common?
-- Takes the operation that fails most and compares the attributes of its failed requests with those of the others. A value with a
-- high failing_pct and a low others_pct (a large difference) is where to look: one instance, version, region, customer, path.
-- Values that only restate the failure (error.type, status codes) are left out. Differences of a few points are chance. For slow
-- instead of failed requests, write `Duration > 500e6` for each `StatusCode = 'Error'`.
WITH
    (
        SELECT (ServiceName, SpanName, countIf(StatusCode = 'Error') AS failing, count() - failing)
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 15 MINUTE
          AND SpanKind IN ('Server', 'Consumer')
        GROUP BY ServiceName, SpanName
        ORDER BY failing DESC
        LIMIT 1
    ) AS worst
SELECT
    ServiceName                                                              AS service,
    SpanName                                                                 AS operation,
    attribute.1                                                              AS attribute_key,
    attribute.2                                                              AS value,
    countIf(StatusCode = 'Error')                                            AS failing,
    count() - failing                                                        AS others,
    round(100 * failing / greatest(1, worst.3), 1)                           AS failing_pct,
    round(100 * others / greatest(1, worst.4), 1)                            AS others_pct,
    round(failing_pct - others_pct, 1)                                       AS difference
FROM otel.otel_traces
ARRAY JOIN arrayZip(
    arrayConcat(mapKeys(SpanAttributes), mapKeys(ResourceAttributes)),
    arrayConcat(mapValues(SpanAttributes), mapValues(ResourceAttributes))) AS attribute
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
  AND ServiceName = worst.1
  AND SpanName = worst.2
  AND SpanKind IN ('Server', 'Consumer')
  AND attribute_key != 'error.type'
  AND attribute_key NOT LIKE '%status_code'
GROUP BY service, operation, attribute_key, value
HAVING failing > 0
ORDER BY difference DESC, failing DESC
LIMIT 25;

-- 9. Where do failures begin, and which requests do they break?
-- A failed span that is no failed span's parent is an origin: those above it only pass the failure on. A span that failed after all
-- below it went well, or whose failed callee is not stored, is one too. breaks are the requests (roots of the traces) it happened
-- in. root_failed_pct: 100 means that each of these requests failed with it, 0 that somebody handled it (a retry, a fallback, an
-- expected refusal), so start with the most frequent among the high ones.
WITH origins AS
(
    SELECT
        TraceId,
        ServiceName                                                          AS service,
        SpanName                                                             AS operation,
        coalesce(nullIf(SpanAttributes['error.type'], ''), nullIf(StatusMessage, ''), 'not given') AS reason
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND StatusCode = 'Error'
      AND (TraceId, SpanId) NOT IN
      (
          SELECT TraceId, ParentSpanId
          FROM otel.otel_traces
          WHERE Timestamp >= now() - INTERVAL 15 MINUTE
            AND StatusCode = 'Error'
      )
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
-- Traces grouped by their root and the set of services they touch. Many services in the path multiply the odds that one of them is
-- slow or down: look at p95_ms and error_pct of the longest paths first. A kind with fewer services than its sisters ended early
-- (refused, failed) or lost spans on the way. Only traces whose root is stored are counted: question 17 shows the others.
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
-- Takes the slowest trace of the last 5 minutes that passed at least 3 services; put any id in place of the subquery of trace_id.
-- Children are indented below their parents in order of start; a span whose parent is not stored begins at the left as well. The
-- waterfall has the trace's whole time as its width. Look for the long bars, then for gaps between them: self_ms is the time of a
-- span that no child covers, its own work or its waiting.
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
-- Takes the 100 slowest requests of the last 5 minutes. Back from the end of each, the path leads through the child that ended
-- last, then through the one that had ended last when that one began, and so on; what ran beside them kept nobody waiting. A span's
-- part is its time less that of the children it waited for. critical_pct adds up to 100: shorten the top rows to make slow requests
-- faster; what is not listed can't. requests says in how many of the 100 the operation was on the path.
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

-- 13. Does one request repeat the same call (n+1 queries)?
-- calls_max is the most often that one span made the same call itself, calls_avg the usual. 1 is normal, 2 or 3 may be retries; ten
-- or more that grow with the size of a list are a query in a loop: fetch them at once. sequential_pct is of the spans that repeated
-- the call: near 100 the calls ran one after another, so that their times add up (total_ms_max), near 100 / calls_max all of them
-- ran together. Nothing above 1: there is no n+1 here.
SELECT
    ServiceName                                                              AS service,
    call                                                                     AS repeated_call,
    max(calls)                                                               AS calls_max,
    round(avg(calls), 2)                                                     AS calls_avg,
    count()                                                                  AS callers,
    round(100 * sumIfOrNull(covered_ns, calls > 1) / sumIfOrNull(total_ns, calls > 1), 1) AS sequential_pct,
    round(max(total_ns) / 1e6, 1)                                            AS total_ms_max,
    argMax(TraceId, calls)                                                   AS example_trace
FROM
(
    SELECT
        ServiceName,
        TraceId,
        SpanName                                                             AS call,
        count()                                                              AS calls,
        sum(toInt64(Duration))                                               AS total_ns,
        intervalLengthSum(toUnixTimestamp64Nano(Timestamp), toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) AS covered_ns
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
      AND SpanKind IN ('Client', 'Producer')
      AND ParentSpanId != ''
    GROUP BY ServiceName, TraceId, ParentSpanId, call
)
GROUP BY service, repeated_call
ORDER BY calls_max DESC, calls_avg DESC
LIMIT 20;

-- 14. Who calls whom, how often, how fast, and what fails (the service graph)?
-- An edge for each pair of services: via `call` (a span of the callee below one of the caller) or `message` (a consumer below, or
-- linked to, a producer). p50_ms and p99_ms are the callee's own time. between_p50_ms is what lies between: for a call the caller's
-- time less the callee's (network and queueing; a few ms, or a pool that is too small), for a message how long it lay in the queue.
-- error_pct counts failures on either side.
WITH
    handled AS
    (
        SELECT TraceId, ParentSpanId, ServiceName, SpanKind, StatusCode, Duration, toUnixTimestamp64Nano(Timestamp) AS start_ns,
               Links.TraceId AS link_traces, Links.SpanId AS link_spans
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 5 MINUTE
          AND SpanKind IN ('Server', 'Consumer')
    ),
    requested AS
    (
        SELECT TraceId, SpanId, ServiceName, StatusCode, Duration, toUnixTimestamp64Nano(Timestamp) AS start_ns
        FROM otel.otel_traces
        WHERE Timestamp >= now() - INTERVAL 10 MINUTE
    ),
    edges AS
    (
        SELECT
            caller.ServiceName                                               AS caller,
            callee.ServiceName                                               AS callee,
            callee.start_ns                                                  AS callee_start_ns,
            if(callee.SpanKind = 'Consumer', 'message', 'call')              AS via,
            'Error' IN (caller.StatusCode, callee.StatusCode)                AS failed,
            callee.Duration                                                  AS callee_ns,
            if(via = 'call',
               toInt64(caller.Duration) - toInt64(callee.Duration),
               callee.start_ns - caller.start_ns - toInt64(caller.Duration)) AS between_ns
        FROM requested AS caller
        INNER JOIN handled AS callee ON callee.TraceId = caller.TraceId AND callee.ParentSpanId = caller.SpanId
        UNION ALL
        SELECT
            caller.ServiceName, callee.ServiceName, callee.start_ns, 'message', callee.StatusCode = 'Error', callee.Duration,
            callee.start_ns - caller.start_ns - toInt64(caller.Duration)
        FROM requested AS caller
        INNER JOIN
        (
            SELECT ServiceName, StatusCode, Duration, start_ns, link_trace, link_span
            FROM handled
            ARRAY JOIN link_traces AS link_trace, link_spans AS link_span
        ) AS callee ON callee.link_trace = caller.TraceId AND callee.link_span = caller.SpanId
    )
SELECT
    caller,
    callee,
    via,
    count()                                                                  AS calls,
    round(calls / greatest(1, (toUnixTimestamp(now()) - min(min(callee_start_ns)) OVER () / 1e9)), 2) AS per_s,
    round(100 * countIf(failed) / calls, 2)                                  AS error_pct,
    round(quantile(0.5)(callee_ns) / 1e6, 1)                                 AS p50_ms,
    round(quantile(0.99)(callee_ns) / 1e6, 1)                                AS p99_ms,
    round(quantile(0.5)(between_ns) / 1e6, 2)                                AS between_p50_ms
FROM edges
GROUP BY caller, callee, via
ORDER BY calls DESC
LIMIT 100;

-- 15. Which databases, queues and other backends are called, and how do they do?
-- Calls out of each service by what they go to (names of today's semantic conventions and of earlier ones). in_flight is how many
-- of these calls were open at a time on average: at the size of a connection pool, callers queue. The same backend slow for one
-- caller only is that caller's pool or network; slow for all of them it is the backend itself. Other services appear here too, as
-- they look from the caller's side.
SELECT
    coalesce(
        nullIf(SpanAttributes['db.system.name'], ''), nullIf(SpanAttributes['db.system'], ''),
        nullIf(SpanAttributes['messaging.system'], ''), nullIf(SpanAttributes['messaging.system.name'], ''),
        nullIf(SpanAttributes['rpc.system.name'], ''), nullIf(SpanAttributes['rpc.system'], ''),
        if(mapContains(SpanAttributes, 'http.request.method') OR mapContains(SpanAttributes, 'http.method'), 'http', 'other')) AS system,
    coalesce(
        nullIf(SpanAttributes['peer.service'], ''),
        nullIf(SpanAttributes['messaging.destination.name'], ''),
        nullIf(SpanAttributes['server.address'], ''), nullIf(SpanAttributes['net.peer.name'], ''),
        SpanName)                                                            AS backend,
    ServiceName                                                              AS caller,
    count()                                                                  AS calls,
    round(quantile(0.5)(Duration) / 1e6, 1)                                  AS p50_ms,
    round(quantile(0.99)(Duration) / 1e6, 1)                                 AS p99_ms,
    round(100 * countIf(StatusCode = 'Error') / calls, 2)                    AS error_pct,
    round(sum(Duration) / 1e9 / greatest(1, dateDiff('second', min(min(Timestamp)) OVER (), now())), 2) AS in_flight
FROM otel.otel_traces
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
  AND SpanKind IN ('Client', 'Producer')
GROUP BY system, backend, caller
ORDER BY in_flight DESC
LIMIT 50;

-- 16. Where does a trace go on: which spans link to other traces, and how long after?
-- Consumers and batch jobs often begin a trace of their own that links to its cause. A row for each pair of operations;
-- after_p50_ms and after_max_ms are the time from the end of the linked span to the start of the one that links: for a message, its
-- time in the queue. A growing one is a consumer that falls behind. unresolved counts links to spans that are not stored (older
-- than 15 minutes, lost or sampled away), of which no time is known. To follow a link open from_trace and to_trace in question 11.
SELECT
    if(cause.SpanId = '', 'not stored', concat(cause.ServiceName, ': ', cause.SpanName)) AS from_operation,
    concat(linking.ServiceName, ': ', linking.SpanName)                      AS to_operation,
    count()                                                                  AS links,
    round(links / uniqExact(linking.SpanId), 1)                              AS links_per_span,
    countIf(cause.SpanId = '')                                               AS unresolved,
    round(quantileIfOrNull(0.5)(linking.start_ns - cause.end_ns, cause.SpanId != '') / 1e6, 1) AS after_p50_ms,
    round(maxIfOrNull(linking.start_ns - cause.end_ns, cause.SpanId != '') / 1e6, 1) AS after_max_ms,
    argMax(link_trace, linking.start_ns)                                     AS from_trace,
    argMax(linking.TraceId, linking.start_ns)                                AS to_trace
FROM
(
    SELECT TraceId, SpanId, ServiceName, SpanName, toUnixTimestamp64Nano(Timestamp) AS start_ns, link_trace, link_span
    FROM otel.otel_traces
    ARRAY JOIN Links.TraceId AS link_trace, Links.SpanId AS link_span
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
) AS linking
LEFT ANY JOIN
(
    SELECT TraceId, SpanId, ServiceName, SpanName, toUnixTimestamp64Nano(Timestamp) + toInt64(Duration) AS end_ns
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND TraceId IN (SELECT arrayJoin(Links.TraceId) FROM otel.otel_traces WHERE Timestamp >= now() - INTERVAL 5 MINUTE)
) AS cause ON cause.TraceId = linking.link_trace AND cause.SpanId = linking.link_span
GROUP BY from_operation, to_operation
ORDER BY links DESC
LIMIT 30;

-- 17. Are the traces whole: whose spans have no parent, which are stored twice?
-- orphans are spans whose parent is not stored though it should be by now (the last 30 s are left out: a parent ends, and so
-- arrives, after its children). 0 is normal. Many under one service: whoever calls it drops spans, samples on its own, or is not
-- instrumented beyond passing on the context. Many under all: the pipeline lost something, or the tail of long requests is still to
-- come. duplicates come from a sender that repeated a batch whose acknowledgement it lost.
WITH
    now() - INTERVAL 5 MINUTE AS since,
    now() - INTERVAL 30 SECOND AS until
SELECT
    ServiceName                                                              AS service,
    count()                                                                  AS spans,
    countIf(ParentSpanId = '')                                               AS roots,
    countIf(orphan)                                                          AS orphans,
    round(100 * orphans / spans, 3)                                          AS orphans_pct,
    uniqExactIf(TraceId, orphan)                                             AS traces_cut,
    count() - uniqExact(TraceId, SpanId)                                     AS duplicates,
    topKIf(1)(SpanName, orphan)                                              AS orphan_operation,
    anyIf(TraceId, orphan)                                                   AS orphan_trace
FROM
(
    SELECT
        ServiceName, SpanName, TraceId, SpanId, ParentSpanId,
        ParentSpanId != '' AND cityHash64(TraceId, ParentSpanId) NOT IN
        (
            SELECT cityHash64(TraceId, SpanId)
            FROM otel.otel_traces
            WHERE Timestamp >= since - INTERVAL 5 MINUTE
        ) AS orphan
    FROM otel.otel_traces
    WHERE Timestamp >= since AND Timestamp < until
)
GROUP BY service
ORDER BY orphans DESC, spans DESC
LIMIT 50;

-- 18. Do traces hold every request, or only a sample of them?
-- Compares the requests that a service's own metrics counted (duration histograms of HTTP and RPC servers, which no sampler thins
-- out) with its Server spans of the same time. stored_pct near 100: all are traced. 10 or 1: head sampling, so multiply counts of
-- spans accordingly. Anything else, or changing: spans are lost or stored twice, or some requests lack one of the two. A few points
-- off are the edges.
WITH
    now() - INTERVAL 15 MINUTE AS window_start,
    counted AS
    (
        SELECT ServiceName, min(since) AS since, max(until) AS until, sum(requests) AS requests
        FROM
        (
            SELECT
                ServiceName,
                any(AggregationTemporality = 1 OR StartTimeUnix >= window_start) AS from_zero,
                any(instance_since)                                          AS first_point,
                if(from_zero, min(StartTimeUnix), first_point)               AS since,
                max(TimeUnix)                                                AS until,
                max(Count) - if(from_zero OR min(TimeUnix) > first_point, 0, min(Count)) AS requests
            FROM
            (
                SELECT
                    ServiceName, MetricName, ResourceAttributes, Attributes, StartTimeUnix, TimeUnix, Count, AggregationTemporality,
                    min(TimeUnix) OVER (PARTITION BY ServiceName, MetricName, ResourceAttributes, StartTimeUnix) AS instance_since
                FROM otel.otel_metrics_histogram
                WHERE TimeUnix >= window_start
                  AND MetricName IN ('http.server.request.duration', 'http.server.duration',
                                     'rpc.server.call.duration', 'rpc.server.duration')
            )
            GROUP BY ServiceName, MetricName, ResourceAttributes, Attributes, if(AggregationTemporality = 1, TimeUnix, StartTimeUnix)
        )
        GROUP BY ServiceName
    )
SELECT
    counted.ServiceName                                                      AS service,
    any(since)                                                               AS counted_since,
    any(until)                                                               AS counted_until,
    any(requests)                                                            AS requests_by_metrics,
    countIf(span.ended > since AND span.ended <= until)                      AS requests_by_spans,
    round(100 * requests_by_spans / requests_by_metrics, 1)                  AS stored_pct
FROM
(
    SELECT ServiceName, Timestamp + toIntervalNanosecond(Duration) AS ended
    FROM otel.otel_traces
    WHERE Timestamp >= window_start - INTERVAL 1 MINUTE
      AND SpanKind = 'Server'
) AS span
INNER JOIN counted ON counted.ServiceName = span.ServiceName
GROUP BY service
ORDER BY requests_by_metrics DESC
LIMIT 50;

-- 19. Do the clocks of the hosts agree, and do children outlive their parents?
-- Pairs of a call and its handling in another service. The handling should lie inside the call: to_ms is the way there, back_ms the
-- way back. With equal clocks both are small and positive; if one is negative by what the other is too large, the callee's clock is
-- off by clock_ms (above 0: it runs ahead) - repair its time synchronisation, until then distrust times across hosts. Negative
-- back_ms alone: the callee goes on working after it has answered. starts_before_pct and ends_after_pct are how often that happens.
SELECT
    callee.ServiceName                                                       AS callee_service,
    callee.host                                                              AS callee_host,
    groupUniqArray(5)(caller.ServiceName)                                    AS callers,
    count()                                                                  AS calls,
    round(quantile(0.5)(callee.start_ns - caller.start_ns) / 1e6, 3)         AS to_ms,
    round(quantile(0.5)(caller.end_ns - callee.end_ns) / 1e6, 3)             AS back_ms,
    round(quantile(0.5)((callee.start_ns - caller.start_ns - caller.end_ns + callee.end_ns) / 2) / 1e6, 3) AS clock_ms,
    round(100 * countIf(callee.start_ns < caller.start_ns) / calls, 2)       AS starts_before_pct,
    round(100 * countIf(callee.end_ns > caller.end_ns) / calls, 2)           AS ends_after_pct
FROM
(
    SELECT TraceId, SpanId, ServiceName, toUnixTimestamp64Nano(Timestamp) AS start_ns, start_ns + toInt64(Duration) AS end_ns
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 6 MINUTE
      AND SpanKind = 'Client'
) AS caller
INNER JOIN
(
    SELECT
        TraceId, ParentSpanId, ServiceName, toUnixTimestamp64Nano(Timestamp) AS start_ns, start_ns + toInt64(Duration) AS end_ns,
        coalesce(
            nullIf(ResourceAttributes['host.name'], ''), nullIf(ResourceAttributes['k8s.node.name'], ''),
            ResourceAttributes['service.instance.id'])                       AS host
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
      AND SpanKind = 'Server'
) AS callee ON callee.TraceId = caller.TraceId AND callee.ParentSpanId = caller.SpanId
GROUP BY callee_service, callee_host
ORDER BY abs(clock_ms) DESC, calls DESC
LIMIT 50;

-- 20. Which exceptions are thrown most, where, and since when?
-- From the exception events of spans and the exception attributes of logs; words with digits are written as #, so that equal ones
-- meet. A first_seen within the window is new or rare. trend is one mark a minute. recorded_in tells span from log: the same
-- exception may be in both. failed_pct is the share whose span failed, or whose log is an error; near 0 it was caught: noise, or
-- control flow by exceptions.
WITH toUInt8(greatest(0, 14 - intDiv(dateDiff('second', thrown_at, now()), 60))) AS minute
SELECT
    service,
    exception_type,
    message,
    recorded_in,
    count()                                                                  AS thrown,
    round(100 * avg(failed), 1)                                              AS failed_pct,
    topK(3)(operation)                                                       AS operations,
    min(thrown_at)                                                           AS first_seen,
    max(thrown_at)                                                           AS last_seen,
    sparkbar(15, 0, 14)(minute, 1)                                           AS trend,
    argMax(trace, thrown_at)                                                 AS newest_trace
FROM
(
    SELECT
        ServiceName                                                          AS service,
        SpanName                                                             AS operation,
        TraceId                                                              AS trace,
        'span'                                                               AS recorded_in,
        StatusCode = 'Error'                                                 AS failed,
        event_time::DateTime64(3)                                            AS thrown_at,
        event['exception.type']                                              AS exception_type,
        replaceRegexpAll(event['exception.message'], '[\\w.:-]*\\d[\\w.:-]*', '#')            AS message
    FROM otel.otel_traces
    ARRAY JOIN Events.Name AS event_name, Events.Timestamp AS event_time, Events.Attributes AS event
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND event_name = 'exception'
    UNION ALL
    SELECT
        ServiceName, EventName, TraceId, 'log', SeverityNumber >= 17, Timestamp::DateTime64(3), LogAttributes['exception.type'],
        replaceRegexpAll(LogAttributes['exception.message'], '[\\w.:-]*\\d[\\w.:-]*', '#')
    FROM otel.otel_logs
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND mapContains(LogAttributes, 'exception.type')
)
GROUP BY service, exception_type, message, recorded_in
ORDER BY thrown DESC
LIMIT 50;

-- 21. How busy is each service: how many requests does it hold at a time?
-- in_flight is the average (by Little's law rate times mean duration), peak the most at one moment, at peak_at, with a peak_factor
-- of how many times the average. A peak that never passes the same number is a limit (threads, pool, instances): more load only
-- waits longer. mean_ms that rises with in_flight while per_s stays is saturation; look at question 15 for what it waits for.
SELECT
    ServiceName                                                              AS service,
    uniqExact(ResourceAttributes['service.instance.id'])                     AS instances,
    round(count() / seconds, 1)                                              AS per_s,
    round(avg(Duration) / 1e6, 1)                                            AS mean_ms,
    round(sum(Duration) / 1e9 / seconds, 2)                                  AS in_flight,
    maxIntersections(start_ns, end_ns)                                       AS peak,
    round(peak / in_flight, 1)                                               AS peak_factor,
    round(peak / instances, 1)                                               AS peak_per_instance,
    fromUnixTimestamp64Nano(maxIntersectionsPosition(start_ns, end_ns))::DateTime64(3) AS peak_at,
    greatest(1, dateDiff('second', min(min(Timestamp)) OVER (), now()))      AS seconds
FROM
(
    SELECT
        ServiceName, ResourceAttributes, Timestamp, Duration,
        toUnixTimestamp64Nano(Timestamp) AS start_ns, start_ns + toInt64(Duration) AS end_ns
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND SpanKind IN ('Server', 'Consumer')
)
GROUP BY service
ORDER BY in_flight DESC
LIMIT 50;

-- 22. How much does each service log, at which severity, and do its logs carry a trace?
-- Severities by OpenTelemetry's numbers (error: 17 to 20). An error_trend that rises without traffic rising (question 3) is a new
-- fault: question 23 has its words. debug in the thousands is cost without readers. in_trace_pct below 100 for code that serves
-- requests: the logger is not connected to the tracer there, and question 24 can't find these logs. What belongs to no request, such
-- as a deployment, has no trace to carry. unset are records without a severity.
WITH toUInt8(greatest(0, 14 - intDiv(dateDiff('second', Timestamp, now()), 60))) AS minute
SELECT
    ServiceName                                                              AS service,
    count()                                                                  AS records,
    countIf(SeverityNumber = 0)                                              AS unset,
    countIf(SeverityNumber BETWEEN 1 AND 8)                                  AS debug,
    countIf(SeverityNumber BETWEEN 9 AND 12)                                 AS info,
    countIf(SeverityNumber BETWEEN 13 AND 16)                                AS warn,
    countIf(SeverityNumber BETWEEN 17 AND 20)                                AS error,
    countIf(SeverityNumber >= 21)                                            AS fatal,
    round(100 * (error + fatal) / records, 2)                                AS error_pct,
    sparkbar(15, 0, 14)(minute, SeverityNumber >= 17)                        AS error_trend,
    round(100 * countIf(TraceId != '') / records, 1)                         AS in_trace_pct,
    formatReadableSize(sum(length(Body)))                                    AS body_size
FROM otel.otel_logs
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
GROUP BY service
ORDER BY records DESC
LIMIT 50;

-- 23. What do the logs say most: which messages, when their numbers and ids are left out?
-- Bodies with every word that holds a digit (numbers, ids, times) written as #. Sorted by severity, then frequency: at the top the
-- most frequent errors, below them what fills the disk. first_seen late in the window is a message that is new. To read them: WHERE
-- Timestamp > … AND ServiceName = '…' AND lower(Body) LIKE '%a word of it%', which the index on lower(Body) serves.
WITH toUInt8(greatest(0, 14 - intDiv(dateDiff('second', Timestamp, now()), 60))) AS minute
SELECT
    ServiceName                                                              AS service,
    multiIf(SeverityNumber >= 21, 'fatal', SeverityNumber >= 17, 'error', SeverityNumber >= 13, 'warn',
            SeverityNumber >= 9, 'info', SeverityNumber >= 1, 'debug', 'unset') AS severity,
    replaceRegexpAll(Body, '[\\w.:-]*\\d[\\w.:-]*', '#')                     AS pattern,
    count()                                                                  AS records,
    round(100 * records / sum(records) OVER (), 1)                           AS records_pct,
    sparkbar(15, 0, 14)(minute, 1)                                           AS trend,
    min(Timestamp)::DateTime64(3)                                            AS first_seen,
    max(Timestamp)::DateTime64(3)                                            AS last_seen,
    argMax(Body, Timestamp)                                                  AS newest_body,
    argMax(TraceId, Timestamp)                                               AS newest_trace
FROM otel.otel_logs
WHERE Timestamp >= now() - INTERVAL 15 MINUTE
GROUP BY service, severity, pattern
ORDER BY indexOf(['fatal', 'error', 'warn', 'info', 'unset', 'debug'], severity), records DESC
LIMIT 50;

-- 24. What was going on when an error was logged: which span, which request?
-- The newest errors, two of each message, each with the span that logged it and the root of its trace. logged_after_ms is the time
-- since the request began. A request that is not an Error although an error was logged: it was handled, or nobody marks the span as
-- failed. Empty names: the span is not stored (yet). For the other way, from a trace to all its logs, filter otel_logs by TraceId
-- and order by Timestamp.
WITH errors AS
(
    SELECT Timestamp, TraceId, SpanId, ServiceName, SeverityText, Body
    FROM otel.otel_logs
    WHERE Timestamp >= now() - INTERVAL 15 MINUTE
      AND SeverityNumber >= 17
      AND TraceId != ''
    ORDER BY Timestamp DESC
    LIMIT 2 BY ServiceName, replaceRegexpAll(Body, '[\\w.:-]*\\d[\\w.:-]*', '#')
    LIMIT 20
)
SELECT
    errors.Timestamp::DateTime64(3)                                          AS logged_at,
    errors.ServiceName                                                       AS service,
    errors.SeverityText                                                      AS severity,
    errors.Body                                                              AS message,
    span.SpanName                                                            AS operation,
    span.StatusCode                                                          AS operation_status,
    concat(root.ServiceName, ': ', root.SpanName)                            AS request,
    root.StatusCode                                                          AS request_status,
    round(root.Duration / 1e6, 1)                                            AS request_ms,
    if(root.TraceId = '', NULL, round(dateDiff('microsecond', root.Timestamp, errors.Timestamp) / 1e3, 1)) AS logged_after_ms,
    errors.TraceId                                                           AS trace
FROM errors
LEFT ANY JOIN
(
    SELECT TraceId, SpanId, SpanName, StatusCode
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 20 MINUTE
      AND TraceId IN (SELECT TraceId FROM errors)
) AS span ON span.TraceId = errors.TraceId AND span.SpanId = errors.SpanId
LEFT ANY JOIN
(
    SELECT TraceId, ServiceName, SpanName, StatusCode, Duration, Timestamp
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 20 MINUTE
      AND TraceId IN (SELECT TraceId FROM errors)
      AND ParentSpanId = ''
) AS root ON root.TraceId = errors.TraceId
ORDER BY logged_at DESC;

-- 25. Which metrics are there, of what kind, how often, and which of them have too many series?
-- A series is one combination of attributes of one instance; it costs a row each interval (every_s). Thousands of series of one
-- metric usually come from one attribute that holds an id or a raw path: most_varied names it, with its number of values. Drop it
-- in the SDK's view or in the collector. An age_s far above every_s is a metric that has stopped.
SELECT
    replaceOne(_table, 'otel_metrics_', '')                                  AS kind,
    MetricName                                                               AS metric,
    any(MetricUnit)                                                          AS unit,
    uniqExact(ServiceName)                                                   AS services,
    uniqExact(cityHash64(ServiceName, ResourceAttributes, ScopeName, Attributes)) AS series,
    count()                                                                  AS data_points,
    round(dateDiff('second', min(TimeUnix), max(TimeUnix)) / greatest(1, uniqExact(TimeUnix) - 1), 1) AS every_s,
    dateDiff('second', max(TimeUnix), now())                                 AS age_s,
    arrayReverseSort(varied -> varied.2, uniqMap(Attributes)::Array(Tuple(String, UInt64)))[1] AS most_varied
FROM merge('otel', '^otel_metrics_')
WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
GROUP BY kind, metric
ORDER BY series DESC, metric
LIMIT 100;

-- 26. How fast does each counter grow, restarts and both temporalities taken into account?
-- From a cumulative counter the increase is value less previous value; after a restart (a new start time, or a smaller value) the
-- whole value. A series that appears while its instance is already reporting grew from 0. From a delta counter it is the value.
-- resets are restarts in the window: many mean a crash loop, or two senders that share one identity (compare service.instance.id).
-- A trend at 0 is a counter that nobody increments any more.
WITH toUInt8(greatest(0, 14 - intDiv(dateDiff('second', TimeUnix, now()), 60))) AS minute
SELECT
    ServiceName                                                              AS service,
    MetricName                                                               AS metric,
    any(MetricUnit)                                                          AS unit,
    if(any(AggregationTemporality) = 1, 'delta', 'cumulative')               AS temporality,
    uniqExact(series)                                                        AS series_count,
    round(sum(increase), 3)                                                  AS total_increase,
    round(total_increase / greatest(1, dateDiff('second', min(instance_since), max(TimeUnix))), 3) AS per_s,
    countIf(is_reset)                                                        AS resets,
    sparkbar(15, 0, 14)(minute, toUInt64(increase * 1000))                   AS trend
FROM
(
    SELECT
        ServiceName, MetricName, MetricUnit, AggregationTemporality, TimeUnix, series, instance_since,
        AggregationTemporality = 2 AND point > 1 AND (StartTimeUnix != previous_start OR Value < previous_value) AS is_reset,
        multiIf(
            AggregationTemporality = 1 OR is_reset, Value,
            point > 1, Value - previous_value,
            StartTimeUnix >= now() - INTERVAL 15 MINUTE OR TimeUnix > instance_since + INTERVAL 1 SECOND, Value,
            0)                                                               AS increase
    FROM
    (
        SELECT
            ServiceName, MetricName, MetricUnit, AggregationTemporality, TimeUnix, StartTimeUnix, Value,
            cityHash64(ResourceAttributes, ScopeName, Attributes)            AS series,
            row_number() OVER by_series                                      AS point,
            lagInFrame(Value) OVER by_series                                 AS previous_value,
            lagInFrame(StartTimeUnix) OVER by_series                         AS previous_start,
            min(TimeUnix) OVER (PARTITION BY ServiceName, cityHash64(ResourceAttributes)) AS instance_since
        FROM otel.otel_metrics_sum
        WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
          AND IsMonotonic
        WINDOW by_series AS (PARTITION BY ServiceName, MetricName, cityHash64(ResourceAttributes, ScopeName, Attributes) ORDER BY TimeUnix)
    )
)
GROUP BY service, metric
ORDER BY per_s DESC
LIMIT 60;

-- 27. What are the percentiles of each histogram metric?
-- Interpolated within the bucket that holds the percentile, from what the buckets gained in the window (as in question 26),
-- explicit and exponential histograms alike. They are as exact as the buckets are narrow: if p95 and p99 lie in one wide bucket, or
-- p99 is the last bound, set better bounds or use exponential histograms. Values are in the metric's unit. what is the route,
-- method or operation the metric tells. Metrics count every request and spans may be sampled, so where both exist (question 4) and
-- differ, trust these.
WITH
    coalesce(
        nullIf(Attributes['http.route'], ''), nullIf(Attributes['rpc.method'], ''), nullIf(Attributes['db.operation.name'], ''),
        Attributes['messaging.destination.name'])                            AS operation,
    q -> lower + (closed_upper - lower) * greatest(0, 1 - (up_to - q * measured) / in_bucket) AS value_at,
    points AS
    (
        SELECT
            ServiceName, MetricName, MetricUnit, operation AS what, AggregationTemporality, StartTimeUnix, TimeUnix,
            cityHash64(ResourceAttributes)                                   AS instance,
            cityHash64(ResourceAttributes, ScopeName, Attributes)            AS series,
            arrayZip(
                arrayPushFront(ExplicitBounds, least(0, ExplicitBounds[1])),
                arrayPushBack(ExplicitBounds, inf),
                BucketCounts::Array(Int64))                                  AS buckets
        FROM otel.otel_metrics_histogram
        WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
          AND length(BucketCounts) = length(ExplicitBounds) + 1
        UNION ALL
        SELECT
            ServiceName, MetricName, MetricUnit, operation, AggregationTemporality, StartTimeUnix, TimeUnix,
            cityHash64(ResourceAttributes)                                   AS instance,
            cityHash64(ResourceAttributes, ScopeName, Attributes)            AS series,
            arrayConcat(
                arrayMap(
                    (n, i) -> (-exp2((i + 1) * width), -exp2(i * width), n),
                    NegativeBucketCounts::Array(Int64),
                    arrayMap(i -> floor((NegativeOffset + i - 1) / merged), arrayEnumerate(NegativeBucketCounts))),
                [(0., 0., ZeroCount::Int64)],
                arrayMap(
                    (n, i) -> (exp2(i * width), exp2((i + 1) * width), n),
                    PositiveBucketCounts::Array(Int64),
                    arrayMap(i -> floor((PositiveOffset + i - 1) / merged), arrayEnumerate(PositiveBucketCounts))))
        FROM
        (
            SELECT
                ServiceName, MetricName, MetricUnit, ResourceAttributes, ScopeName, Attributes,
                AggregationTemporality, StartTimeUnix, TimeUnix,
                ZeroCount, PositiveOffset, PositiveBucketCounts, NegativeOffset, NegativeBucketCounts,
                min(Scale) OVER (PARTITION BY ServiceName, MetricName, cityHash64(ResourceAttributes, ScopeName, Attributes)) AS coarsest,
                exp2(-coarsest)                                              AS width,
                exp2(Scale - coarsest)                                       AS merged
            FROM otel.otel_metrics_exponential_histogram
            WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
        )
    ),
    gains AS
    (
        SELECT
            ServiceName, MetricName, MetricUnit, what,
            any(AggregationTemporality = 1 OR StartTimeUnix >= now() - INTERVAL 15 MINUTE)
                OR min(TimeUnix) > any(instance_since) + INTERVAL 1 SECOND   AS from_zero,
            arrayConcat(
                argMax(buckets, TimeUnix),
                if(from_zero, [], arrayMap(bucket -> (bucket.1, bucket.2, -bucket.3), argMin(buckets, TimeUnix)))) AS gained
        FROM
        (
            SELECT
                ServiceName, MetricName, MetricUnit, what, AggregationTemporality, StartTimeUnix, TimeUnix, series, buckets,
                min(TimeUnix) OVER (PARTITION BY ServiceName, MetricName, instance) AS instance_since
            FROM points
        )
        GROUP BY ServiceName, MetricName, MetricUnit, what, series, if(AggregationTemporality = 1, TimeUnix, StartTimeUnix)
    ),
    cumulated AS
    (
        SELECT
            ServiceName                                                      AS service,
            MetricName                                                       AS metric,
            MetricUnit                                                       AS unit,
            what,
            bucket.1                                                         AS lower,
            if(isInfinite(bucket.2), lower, bucket.2)                        AS closed_upper,
            sum(bucket.3)                                                    AS in_bucket,
            sum(in_bucket) OVER (PARTITION BY service, metric, unit, what ORDER BY bucket.2, lower) AS up_to,
            sum(in_bucket) OVER (PARTITION BY service, metric, unit, what)   AS measured
        FROM gains
        ARRAY JOIN gained AS bucket
        GROUP BY service, metric, unit, what, bucket.1, bucket.2
        HAVING in_bucket > 0
    )
SELECT
    service,
    metric,
    what,
    unit,
    round(any(measured))                                                     AS measurements,
    round(minIf(value_at(0.5), up_to >= 0.5 * measured), 5)                  AS p50,
    round(minIf(value_at(0.95), up_to >= 0.95 * measured), 5)                AS p95,
    round(minIf(value_at(0.99), up_to >= 0.99 * measured), 5)                AS p99
FROM cumulated
GROUP BY service, metric, unit, what
ORDER BY p99 DESC
LIMIT 60;

-- 28. Which traces are behind the slowest bucket of a histogram?
-- Takes the five slowest non-empty buckets that any histogram of server or client calls gained between two exports, and finds the
-- spans of that service, time and duration whose attributes agree with the metric's. measured is the metric's count, found the
-- spans: fewer mean that traces are sampled or lost (question 18), one or two more come from metrics having whole seconds only.
-- Open trace in question 11. To look at one metric only add `AND MetricName = '…'`.
WITH
    slow AS
    (
        SELECT
            ServiceName, MetricName, Attributes, ResourceAttributes, previous_time, TimeUnix,
            bucket.1 AS lower, bucket.2 AS upper, bucket.3 - bucket.4 AS measured,
            multiIf(MetricUnit = 'ms', 1e6, MetricUnit = 'us', 1e3, MetricUnit = 'ns', 1, 1e9) AS unit_ns
        FROM
        (
            SELECT
                ServiceName, MetricName, MetricUnit, Attributes, ResourceAttributes, ExplicitBounds, BucketCounts, AggregationTemporality,
                StartTimeUnix, TimeUnix,
                lagInFrame(TimeUnix) OVER by_series                          AS previous_time,
                if(AggregationTemporality = 1 OR StartTimeUnix != lagInFrame(StartTimeUnix) OVER by_series,
                   arrayMap(n -> 0, BucketCounts), lagInFrame(BucketCounts) OVER by_series) AS previous_counts,
                row_number() OVER by_series                                  AS point
            FROM otel.otel_metrics_histogram
            WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
              AND match(MetricName, '\\.(server|client)\\..*duration$')
              AND MetricUnit IN ('s', 'ms', 'us', 'ns')
            WINDOW by_series AS (
                PARTITION BY ServiceName, MetricName, cityHash64(ResourceAttributes, ScopeName, Attributes) ORDER BY TimeUnix)
        )
        ARRAY JOIN arrayZip(arrayPushFront(ExplicitBounds, 0), arrayPushBack(ExplicitBounds, inf), BucketCounts, previous_counts) AS bucket
        WHERE point > 1
          AND bucket.3 > bucket.4
        ORDER BY lower * unit_ns DESC, measured DESC
        LIMIT 5
    )
SELECT
    slow.ServiceName                                                         AS service,
    slow.MetricName                                                          AS metric,
    slow.ResourceAttributes['service.instance.id']                           AS instance,
    slow.Attributes                                                          AS attributes,
    slow.previous_time                                                       AS since,
    slow.TimeUnix                                                            AS until,
    round(slow.lower * slow.unit_ns / 1e6, 1)                                AS above_ms,
    round(slow.upper * slow.unit_ns / 1e6, 1)                                AS up_to_ms,
    any(slow.measured)                                                       AS measured,
    countIf(span.TraceId != '')                                              AS found,
    round(max(span.Duration) / 1e6, 1)                                       AS slowest_ms,
    argMax(span.SpanName, span.Duration)                                     AS operation,
    argMax(span.TraceId, span.Duration)                                      AS trace
FROM slow
LEFT JOIN
(
    SELECT
        ServiceName, SpanName, SpanKind, SpanAttributes, ResourceAttributes, TraceId, Duration,
        Timestamp + toIntervalNanosecond(Duration) AS ended
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 16 MINUTE
      AND Duration > (SELECT min(lower * unit_ns) FROM slow)
      AND ServiceName IN (SELECT ServiceName FROM slow)
      AND SpanKind IN ('Server', 'Client')
) AS span
    ON span.ServiceName = slow.ServiceName
    AND span.ResourceAttributes = slow.ResourceAttributes
    AND span.ended >= slow.previous_time AND span.ended < slow.TimeUnix + INTERVAL 1 SECOND
    AND span.Duration > slow.lower * slow.unit_ns AND span.Duration <= slow.upper * slow.unit_ns
    AND span.SpanKind = if(slow.MetricName LIKE '%.server.%', 'Server', 'Client')
    AND arrayAll((key, value) -> span.SpanAttributes[key] IN ('', value), mapKeys(slow.Attributes), mapValues(slow.Attributes))
GROUP BY service, metric, instance, attributes, since, until, above_ms, up_to_ms
ORDER BY above_ms DESC, measured DESC;

-- 29. What is the level of each gauge, and where did it go?
-- Gauges and counters that also go down (queue lengths, connections, memory), the ones that moved most first. Each row is one set
-- of attributes over all instances (averages and extremes of single instances, not their sum). now_value at max_value: a queue that
-- fills, a pool at its end; a floor of the trend that rises is a leak.
WITH toUInt8(greatest(0, 14 - intDiv(dateDiff('second', TimeUnix, now()), 60))) AS minute
SELECT
    ServiceName                                                              AS service,
    MetricName                                                               AS metric,
    Attributes                                                               AS attributes,
    any(MetricUnit)                                                          AS unit,
    uniqExact(ResourceAttributes)                                            AS instances,
    round(argMax(Value, TimeUnix), 3)                                        AS now_value,
    round(min(Value), 3)                                                     AS min_value,
    round(avg(Value), 3)                                                     AS avg_value,
    round(max(Value), 3)                                                     AS max_value,
    sparkbar(15, 0, 14)(minute, toUInt64(greatest(0, Value) * 1000))         AS trend
FROM
(
    SELECT ServiceName, MetricName, MetricUnit, Attributes, ResourceAttributes, TimeUnix, Value
    FROM otel.otel_metrics_gauge
    WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
    UNION ALL
    SELECT ServiceName, MetricName, MetricUnit, Attributes, ResourceAttributes, TimeUnix, Value
    FROM otel.otel_metrics_sum
    WHERE TimeUnix >= now() - INTERVAL 15 MINUTE
      AND NOT IsMonotonic
)
GROUP BY service, metric, attributes
ORDER BY (max_value - min_value) / greatest(abs(max_value), abs(min_value), 1e-9) DESC, max_value DESC
LIMIT 3 BY service, metric
LIMIT 50;

-- 30. Which attributes cost the most, and which have too many values?
-- The keys on resources, spans and logs of the last 5 minutes. values_per_100 is distinct values in 100 rows that have the key:
-- near 100 it is an id, good to search for, useless to group by, and fatal as an attribute of a metric. size is before compression,
-- which is good at values that repeat. One value in all rows (distinct_values 1, in_rows_pct 100) says nothing: drop it in the
-- collector, unless tools need it.
WITH
    (SELECT count() FROM otel.otel_traces WHERE Timestamp >= now() - INTERVAL 5 MINUTE) AS all_spans,
    (SELECT count() FROM otel.otel_logs WHERE Timestamp >= now() - INTERVAL 5 MINUTE) AS all_logs
SELECT
    source,
    attribute_key,
    count()                                                                  AS in_rows,
    round(100 * in_rows / if(source = 'log', all_logs, all_spans), 1)        AS in_rows_pct,
    uniq(attribute_value)                                                    AS distinct_values,
    round(100 * distinct_values / in_rows, 2)                                AS values_per_100,
    round(avg(length(attribute_value)), 1)                                   AS value_bytes,
    formatReadableSize(sum(length(attribute_key) + length(attribute_value))) AS size,
    any(attribute_value)                                                     AS example
FROM
(
    SELECT 'span' AS source, SpanAttributes AS attributes
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
    UNION ALL
    SELECT 'span resource', ResourceAttributes
    FROM otel.otel_traces
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
    UNION ALL
    SELECT 'log', LogAttributes
    FROM otel.otel_logs
    WHERE Timestamp >= now() - INTERVAL 5 MINUTE
)
ARRAY JOIN mapKeys(attributes) AS attribute_key, mapValues(attributes) AS attribute_value
GROUP BY source, attribute_key
ORDER BY sum(length(attribute_key) + length(attribute_value)) DESC
LIMIT 60;

-- 31. Where does the disk space go: which tables and columns, how well compressed?
-- Needs a user that may read system.parts and system.parts_columns, such as admin. The share is that of all otel tables. Ids
-- (TraceId, SpanId) hardly compress and lead the list in a healthy system; an attribute map at the top is long or ever-changing
-- values (question 30). A ratio below 3 on text is a codec to think about. Young parts are Compact, where ClickHouse knows the size
-- of all columns only together: merges turn them into Wide ones by and by.
SELECT
    table,
    column,
    formatReadableSize(sum(compressed))                                      AS on_disk,
    formatReadableSize(sum(uncompressed))                                    AS uncompressed_size,
    round(sum(uncompressed) / greatest(1, sum(compressed)), 1)               AS ratio,
    sum(rows)                                                                AS row_count,
    round(sum(compressed) / greatest(1, row_count), 2)                       AS bytes_per_row,
    round(100 * sum(compressed) / sum(sum(compressed)) OVER (), 1)           AS share_pct
FROM
(
    SELECT table, column, rows, column_data_compressed_bytes AS compressed, column_data_uncompressed_bytes AS uncompressed
    FROM system.parts_columns
    WHERE database = 'otel' AND active AND part_type = 'Wide'
    UNION ALL
    SELECT table, '(all columns, Compact parts)', rows, data_compressed_bytes, data_uncompressed_bytes
    FROM system.parts
    WHERE database = 'otel' AND active AND part_type = 'Compact'
    UNION ALL
    SELECT table, '(skip indexes)', rows, secondary_indices_compressed_bytes, secondary_indices_uncompressed_bytes
    FROM system.parts
    WHERE database = 'otel' AND active
)
GROUP BY table, column
HAVING sum(compressed) > 0
ORDER BY sum(compressed) DESC
LIMIT 60;
