-- Where the telemetry begins and ends, whole seconds around it.
SELECT
    1000 * toInt64(toUnixTimestamp(min(Timestamp))) AS from,
    1000 * (toInt64(toUnixTimestamp(max(Timestamp))) + 1) AS to
FROM otel.otel_traces
WHERE ResourceAttributes['snkrs.run.id'] = 'eval' AND ServiceName != 'event-generator'
HAVING count() > 0
