-- Everything that happened in the run, in the order in which it began.
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
ORDER BY StartedAt, Id
