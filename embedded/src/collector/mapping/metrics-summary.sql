-- The body, any number of ExportMetricsServiceRequest messages in a row, into one row a point of a summary.
INSERT INTO otel.otel_metrics_summary
(
  ResourceAttributes, ResourceSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, ScopeDroppedAttrCount, ScopeSchemaUrl,
  ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Count, Sum,
  ValueAtQuantiles.Quantile, ValueAtQuantiles.Value, Flags
)
WITH
{any-value.sql}
  nanoseconds -> toDateTime(toUInt32(intDiv(nanoseconds, 1000000000))) AS second
SELECT
  ResourceAttributes,
  ResourceSchemaUrl,
  ScopeName,
  ScopeVersion,
  ScopeAttributes,
  ScopeDroppedAttrCount,
  ScopeSchemaUrl,
  ServiceName,
  MetricName,
  MetricDescription,
  MetricUnit,
  attributes_map((point).attributes),
  second((point).start_time_unix_nano),
  second((point).time_unix_nano),
  (point).count,
  (point).sum,
  ((point).quantile_values).quantile,
  ((point).quantile_values).value,
  (point).flags
FROM
(
  SELECT
    ResourceAttributes,
    ServiceName,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    (metric).name AS MetricName,
    (metric).description AS MetricDescription,
    (metric).unit AS MetricUnit,
    arrayJoin(((metric).summary).data_points) AS point
  FROM
  (
    SELECT
      ResourceAttributes,
      ResourceAttributes['service.name'] AS ServiceName,
      ResourceSchemaUrl,
      ((scope_metrics).scope).name AS ScopeName,
      ((scope_metrics).scope).version AS ScopeVersion,
      attributes_map(((scope_metrics).scope).attributes) AS ScopeAttributes,
      ((scope_metrics).scope).dropped_attributes_count AS ScopeDroppedAttrCount,
      (scope_metrics).schema_url AS ScopeSchemaUrl,
      arrayJoin((scope_metrics).metrics) AS metric
    FROM
    (
      SELECT
        attributes_map(((resource_metrics).resource).attributes) AS ResourceAttributes,
        (resource_metrics).schema_url AS ResourceSchemaUrl,
        arrayJoin((resource_metrics).scope_metrics) AS scope_metrics
      FROM
      (
        SELECT arrayJoin(resource_metrics) AS resource_metrics
        FROM input('resource_metrics Array(Tuple(
          resource Tuple(attributes {Attributes}),
          schema_url String,
          scope_metrics Array(Tuple(
            scope Tuple(name String, version String, attributes {Attributes}, dropped_attributes_count UInt32),
            schema_url String,
            metrics Array(Tuple(
              name LowCardinality(String),
              description String,
              unit String,
              summary Tuple(
                data_points Array(Tuple(
                  start_time_unix_nano UInt64,
                  time_unix_nano UInt64,
                  attributes {Attributes},
                  count UInt64,
                  sum Float64,
                  quantile_values Array(Tuple(quantile Float64, value Float64)),
                  flags UInt32
                ))
              )
            ))
          ))
        ))')
      )
    )
  )
)
FORMAT ProtobufSingle
