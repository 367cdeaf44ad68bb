-- The body, any number of ExportTraceServiceRequest messages in a row, into one row a span.
INSERT INTO otel.otel_traces
(
  Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
  ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage, Events.Timestamp, Events.Name, Events.Attributes,
  Links.TraceId, Links.SpanId, Links.TraceState, Links.Attributes
)
WITH
{any-value.sql}
  nanoseconds -> reinterpret(nanoseconds, 'DateTime64(9)') AS instant,
  -- No id or one of zeros. The receiver has checked the lengths: a shorter id would be filled up with zeros here.
  id -> if(empty(id), '', lower(hex(id))) AS hex_id,
  -- Events and links share one expression: the fewer there are, the sooner the engine has its plan.
  arrayMap(attributes -> attributes_map(attributes),
    arrayConcat(((span).events).attributes, ((span).links).attributes)) AS EventLinkAttributes
SELECT
  instant((span).start_time_unix_nano),
  hex_id((span).trace_id),
  hex_id((span).span_id),
  hex_id((span).parent_span_id),
  (span).trace_state,
  (span).name,
  transform((span).kind, [0, 1, 2, 3, 4, 5], ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'], ''),
  ServiceName,
  ResourceAttributes,
  ScopeName,
  ScopeVersion,
  attributes_map((span).attributes),
  (span).end_time_unix_nano - (span).start_time_unix_nano,
  transform(((span).status).code, [0, 1, 2], ['Unset', 'Ok', 'Error'], ''),
  ((span).status).message,
  arrayMap(time -> instant(time), ((span).events).time_unix_nano),
  ((span).events).name,
  arraySlice(EventLinkAttributes, 1, length((span).events)),
  arrayMap(id -> hex_id(id), ((span).links).trace_id),
  arrayMap(id -> hex_id(id), ((span).links).span_id),
  ((span).links).trace_state,
  arraySlice(EventLinkAttributes, length((span).events) + 1)
FROM
(
  SELECT
    ResourceAttributes,
    ResourceAttributes['service.name'] AS ServiceName,
    ((scope_spans).scope).name AS ScopeName,
    ((scope_spans).scope).version AS ScopeVersion,
    arrayJoin((scope_spans).spans) AS span
  FROM
  (
    SELECT
      attributes_map(((resource_spans).resource).attributes) AS ResourceAttributes,
      arrayJoin((resource_spans).scope_spans) AS scope_spans
    FROM
    (
      SELECT arrayJoin(resource_spans) AS resource_spans
      FROM input('resource_spans Array(Tuple(
        resource Tuple(attributes {Attributes}),
        scope_spans Array(Tuple(
          scope Tuple(name String, version String),
          spans Array(Tuple(
            trace_id FixedString(16),
            span_id FixedString(8),
            parent_span_id FixedString(8),
            trace_state String,
            name LowCardinality(String),
            kind Int32,
            start_time_unix_nano UInt64,
            end_time_unix_nano UInt64,
            attributes {Attributes},
            status Tuple(code Int32, message String),
            events Array(Tuple(time_unix_nano UInt64, name LowCardinality(String), attributes {Attributes})),
            links Array(Tuple(trace_id FixedString(16), span_id FixedString(8), trace_state String, attributes {Attributes}))
          ))
        ))
      ))')
    )
  )
)
FORMAT ProtobufSingle
