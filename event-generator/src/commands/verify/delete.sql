-- Takes the rows of a run out of a table. What is older than the run is spared the search.
DELETE FROM otel.{table:Identifier}
WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND {time:Identifier} >= {since:DateTime}
