-- Mean time from a message's producer to its consumer, in ms; elsewhere: on the other topics.
WITH
    batches AS
    (
        SELECT ResourceAttributes['snkrs.run.id'] AS run, SpanAttributes['messaging.destination.name'] AS topic, Timestamp, arrayJoin(Links.SpanId) AS sender
        FROM otel.otel_traces
        WHERE SpanKind = 'Consumer' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
    ),
    sent AS
    (
        SELECT ResourceAttributes['snkrs.run.id'] AS run, SpanId, Timestamp + toIntervalNanosecond(Duration) AS sent_at
        FROM otel.otel_traces
        WHERE SpanKind = 'Producer'
    )
SELECT
    multiIf(
        batches.topic != 'draw_entries', 'elsewhere',
        batches.Timestamp > {to:DateTime64(3)}, 'after',
        'inside'
    ) AS place,
    avgIf(dateDiff('millisecond', sent_at, batches.Timestamp), run = {troubled:String}) AS troubled,
    avgIf(dateDiff('millisecond', sent_at, batches.Timestamp), run = {quiet:String}) AS quiet
FROM batches
INNER JOIN sent ON sent.run = batches.run AND sent.SpanId = batches.sender
-- Losers wait for the end of the drop.
WHERE topic IN ('draw_entries', 'order_created')
GROUP BY place
