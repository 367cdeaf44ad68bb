-- The body, any number of ExportMetricsServiceRequest messages in a row, into one row a number point of a gauge.
INSERT INTO otel.otel_metrics_gauge
(
  ResourceAttributes, ResourceSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, ScopeDroppedAttrCount, ScopeSchemaUrl,
  ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix, Value, Flags,
  Exemplars.FilteredAttributes, Exemplars.TimeUnix, Exemplars.Value, Exemplars.SpanId, Exemplars.TraceId
)
WITH
{any-value.sql}
  nanoseconds -> toDateTime(toUInt32(intDiv(nanoseconds, 1000000000))) AS second,
  -- At most one of the two is on the wire; the other reads as 0.
  (as_int, as_double) -> if(as_int != 0, toFloat64(as_int), as_double) AS number
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
  number((point).as_int, (point).as_double),
  (point).flags,
  arrayMap(attributes -> attributes_map(attributes), ((point).exemplars).filtered_attributes),
  arrayMap(nanoseconds -> second(nanoseconds), ((point).exemplars).time_unix_nano),
  arrayMap((as_int, as_double) -> number(as_int, as_double), ((point).exemplars).as_int, ((point).exemplars).as_double),
  arrayMap(id -> lower(hex(id)), ((point).exemplars).span_id),
  arrayMap(id -> lower(hex(id)), ((point).exemplars).trace_id)
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
    arrayJoin(((metric).gauge).data_points) AS point
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
              gauge Tuple(
                data_points Array(Tuple(
                  start_time_unix_nano UInt64,
                  time_unix_nano UInt64,
                  attributes {Attributes},
                  as_int Int64,
                  as_double Float64,
                  flags UInt32,
                  exemplars Array(Tuple(
                    time_unix_nano UInt64,
                    as_int Int64,
                    as_double Float64,
                    span_id FixedString(8),
                    trace_id FixedString(16),
                    filtered_attributes {Attributes}
                  ))
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
