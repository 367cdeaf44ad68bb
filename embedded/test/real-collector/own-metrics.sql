-- What is known of a collector's own metrics, a text for each, but their descriptions and values.
SELECT series
FROM
(
  SELECT DISTINCT
    concat('gauge ', MetricName, ' ', MetricUnit, ' ', toString(arraySort(mapKeys(Attributes)))) AS series
  FROM otel.otel_metrics_gauge
  WHERE ServiceName = 'otel-collector'
  UNION ALL
  SELECT DISTINCT
    concat(
      if(IsMonotonic, 'counter ', 'up-down counter '), ['unspecified', 'delta', 'cumulative'][AggregationTemporality + 1], ' ',
      MetricName, ' ', MetricUnit, ' ', toString(arraySort(mapKeys(Attributes)))) AS series
  FROM otel.otel_metrics_sum
  WHERE ServiceName = 'otel-collector'
)
ORDER BY series
