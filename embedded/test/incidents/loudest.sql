-- Failed spans of each service while an incident was on, the loudest first.
SELECT ServiceName AS service, count() AS failed
FROM otel.otel_traces
WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND StatusCode = 'Error' AND Timestamp BETWEEN {from:DateTime64(3)} AND {to:DateTime64(3)}
GROUP BY service
ORDER BY failed DESC, service
