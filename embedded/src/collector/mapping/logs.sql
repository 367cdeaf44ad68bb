-- The body, any number of ExportLogsServiceRequest messages in a row, into one row a log record.
INSERT INTO otel.otel_logs
(
  Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceSchemaUrl, ResourceAttributes,
  ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, LogAttributes, EventName
)
WITH
{any-value.sql}
  nanoseconds -> reinterpret(nanoseconds, 'DateTime64(9)') AS instant,
  -- No id or one of zeros. The receiver has checked the lengths: a shorter id would be filled up with zeros here.
  id -> if(empty(id), '', lower(hex(id))) AS hex_id
SELECT
  instant(if((record).time_unix_nano = 0, (record).observed_time_unix_nano, (record).time_unix_nano)),
  hex_id((record).trace_id),
  hex_id((record).span_id),
  toUInt8((record).flags),
  (record).severity_text,
  toUInt8((record).severity_number),
  ServiceName,
  any_value_text((record).body),
  ResourceSchemaUrl,
  ResourceAttributes,
  ScopeSchemaUrl,
  ScopeName,
  ScopeVersion,
  ScopeAttributes,
  attributes_map((record).attributes),
  (record).event_name
FROM
(
  SELECT
    ResourceAttributes,
    ResourceAttributes['service.name'] AS ServiceName,
    ResourceSchemaUrl,
    ((scope_logs).scope).name AS ScopeName,
    ((scope_logs).scope).version AS ScopeVersion,
    attributes_map(((scope_logs).scope).attributes) AS ScopeAttributes,
    (scope_logs).schema_url AS ScopeSchemaUrl,
    arrayJoin((scope_logs).log_records) AS record
  FROM
  (
    SELECT
      attributes_map(((resource_logs).resource).attributes) AS ResourceAttributes,
      (resource_logs).schema_url AS ResourceSchemaUrl,
      arrayJoin((resource_logs).scope_logs) AS scope_logs
    FROM
    (
      SELECT arrayJoin(resource_logs) AS resource_logs
      FROM input('resource_logs Array(Tuple(
        resource Tuple(attributes {Attributes}),
        schema_url LowCardinality(String),
        scope_logs Array(Tuple(
          scope Tuple(name String, version LowCardinality(String), attributes {Attributes}),
          schema_url LowCardinality(String),
          log_records Array(Tuple(
            time_unix_nano UInt64,
            observed_time_unix_nano UInt64,
            trace_id FixedString(16),
            span_id FixedString(8),
            flags UInt32,
            severity_text LowCardinality(String),
            severity_number Int32,
            body {AnyValue},
            attributes {Attributes},
            event_name String
          ))
        ))
      ))')
    )
  )
)
FORMAT ProtobufSingle
