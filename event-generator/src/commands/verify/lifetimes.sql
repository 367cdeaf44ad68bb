-- After how many seconds the rows of each table expire; a table without a TTL is left out.
WITH extractGroups(create_table_query, 'TTL [^\n]*?\\+ toInterval(Second|Minute|Hour|Day|Week|Month|Year)\\((\\d+)\\)') AS ttl
SELECT
    name AS table,
    toUInt32(ttl[2]) * transform(
        ttl[1],
        ['Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Year'],
        [1, 60, 3600, 86400, 604800, 2592000, 31536000],
        0) AS seconds
FROM system.tables
WHERE database = 'otel' AND notEmpty(ttl)
