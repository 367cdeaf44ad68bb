-- Mean time from a message's producer to the consumer that got it done, in ms; elsewhere: on another topic. A message that is never done while it is on counts when it is, in the seconds after.
WITH
    batches AS
    (
        SELECT ResourceAttributes['snkrs.run.id'] AS run, SpanAttributes['messaging.destination.name'] AS topic, Timestamp, arrayJoin(Links.SpanId) AS sender
        FROM otel.otel_traces
        WHERE SpanKind = 'Consumer' AND StatusCode != 'Error'
    ),
    sent AS
    (
        SELECT ResourceAttributes['snkrs.run.id'] AS run, SpanId, Timestamp + toIntervalNanosecond(Duration) AS sent_at
        FROM otel.otel_traces
        WHERE SpanKind = 'Producer' AND (Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)} OR Timestamp >= {recovered:DateTime64(3)})
    )
SELECT
    multiIf(topic != 'draw_entries', 'elsewhere', sent_at > {to:DateTime64(3)}, 'after', 'inside') AS place,
    avgIf(dateDiff('millisecond', sent_at, batches.Timestamp), run = {troubled:String}) AS troubled,
    avgIf(dateDiff('millisecond', sent_at, batches.Timestamp), run = {quiet:String}) AS quiet
FROM batches
INNER JOIN sent ON sent.run = batches.run AND sent.SpanId = batches.sender
-- Losers wait for the end of the drop.
WHERE topic IN ('draw_entries', 'order_created')
GROUP BY place
