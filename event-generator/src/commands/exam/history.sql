-- Every exam, the oldest first; beside each the mean of the last five, which shows progress. One that was given up counts 0.
WITH (share) -> concat(toString(toUInt32(round(100 * share))), ' %') AS percent
SELECT
    formatDateTime(TakenAt, '%F %H:%i') AS taken,
    Kind AS incident,
    Difficulty AS difficulty,
    concat(if(Seconds < 60, '', concat(toString(intDiv(toUInt32(round(Seconds)), 60)), ' min ')), toString(toUInt32(round(Seconds)) % 60), ' s') AS time,
    if(Revealed, 'given up', percent(Service)) AS service,
    if(Revealed, '', percent(Operation)) AS operation,
    if(Revealed, '', percent(Scope)) AS scope,
    if(Revealed, '', percent(Window)) AS window,
    percent(Score) AS score,
    percent(avg(Score) OVER (ORDER BY TakenAt ROWS BETWEEN 4 PRECEDING AND CURRENT ROW)) AS last_five
FROM otel.exam_results
ORDER BY TakenAt
