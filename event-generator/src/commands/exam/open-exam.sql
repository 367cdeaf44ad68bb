-- The incident of an exam that nobody has answered or given up yet; of several, the newest. FINAL: a row is written again when its incident is stopped.
SELECT
    Id AS id,
    RunId AS runId,
    Kind AS kind,
    Difficulty AS difficulty,
    RootService AS service,
    RootOperation AS operation,
    Scope AS scope,
    toUnixTimestamp64Milli(StartedAt) AS startedAt,
    toUnixTimestamp64Milli(EndedAt) AS endedAt,
    Page AS page
FROM otel.incidents FINAL
WHERE Hidden AND JSONHas(Parameters, 'exam') AND Id NOT IN (SELECT IncidentId FROM otel.exam_results)
ORDER BY StartedAt DESC
LIMIT 1
