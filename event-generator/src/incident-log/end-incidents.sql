-- What a run that died had on, or planned, ended with it. Written again: the row with the last WrittenAt holds.
INSERT INTO otel.incidents
WITH fromUnixTimestamp64Milli({end:Int64}) AS end
SELECT * REPLACE (greatest(StartedAt, end) AS EndedAt, now64(3) AS WrittenAt)
FROM otel.incidents AS known FINAL
-- Alone, the name would be that of the new value.
WHERE RunId = {runId:String} AND known.EndedAt > greatest(StartedAt, end)
