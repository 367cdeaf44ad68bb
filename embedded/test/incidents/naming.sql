-- Rows of a table that have one of these words anywhere in them.
SELECT count() AS rows
FROM otel.{table:Identifier}
WHERE multiSearchAnyCaseInsensitive(formatRow('JSONEachRow', *), {words:Array(String)})
