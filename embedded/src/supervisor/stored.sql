-- How much of a run is in ClickHouse, by signal. Nothing of a run is older than its start, which spares the days before it.
SELECT
    (SELECT count() FROM otel.otel_traces WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND Timestamp >= {since:DateTime}) AS traces,
    (SELECT count() FROM otel.otel_logs WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND Timestamp >= {since:DateTime}) AS logs,
    (SELECT count() FROM otel.otel_metrics_gauge WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime})
  + (SELECT count() FROM otel.otel_metrics_sum WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime})
  + (SELECT count() FROM otel.otel_metrics_histogram WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime})
  + (SELECT count() FROM otel.otel_metrics_exponential_histogram WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime})
  + (SELECT count() FROM otel.otel_metrics_summary WHERE ResourceAttributes['snkrs.run.id'] = {run:String} AND TimeUnix >= {since:DateTime}) AS metrics
SETTINGS output_format_json_quote_64bit_integers = 0
