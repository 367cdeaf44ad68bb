-- How many rows of a run a table holds, of each service. Nothing of a run is older than its start, which spares the days before it.
SELECT ServiceName AS service, count() AS stored
FROM otel.{table:Identifier}
WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND {time:Identifier} >= {since:DateTime}
GROUP BY service
-- Little at a time: inserts and the page's queries go on beside it, in the same memory.
SETTINGS max_threads = 1, max_block_size = 8192
