-- What the naive baseline goes by: the service with the most failed spans around the page, and which of its spans failed most.
SELECT ServiceName AS service, argMax(SpanName, failed) AS operation
FROM
(
    SELECT ServiceName, SpanName, count() AS failed
    FROM otel.otel_traces
    WHERE StatusCode = 'Error' AND Timestamp BETWEEN fromUnixTimestamp64Milli({from:Int64}) AND fromUnixTimestamp64Milli({to:Int64})
    GROUP BY ServiceName, SpanName
)
GROUP BY ServiceName
ORDER BY sum(failed) DESC, service
LIMIT 1
