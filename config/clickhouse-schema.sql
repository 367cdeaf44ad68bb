-- The one definition of database `otel`, applied by both ways to run: at each start by the embedded stack, once by the official
-- image from /docker-entrypoint-initdb.d. Every statement may be run again; none changes a table that is there.
--
-- Columns and their types are those of the OpenTelemetry Collector's clickhouseexporter 0.161, whose INSERTs fit as they are
-- (`create_schema: false`) and by whose names HyperDX finds its columns. Common to the tables:
--
--   PARTITION BY day, TTL 72 h   Three days of history. `ttl_only_drop_parts` drops whole parts and rewrites none; as old and young
--                                rows of a day share parts, a row may live up to a day longer.
--   fsync_after_insert           A stored INSERT outlives a power cut: the collector deletes its spool segment upon it.
--   non_replicated_deduplication_window
--                                A segment replayed after a crash carries the insert_deduplication_token of its first try and is
--                                stored once. The window counts blocks, for each table: thousands of segments at one a second.
--                                Without a token, a block equal to one in the window counts as its repetition: whoever stores the
--                                same rows on purpose, as a benchmark may, sets insert_deduplicate = 0.
--   min_bytes_for_wide_part
--                                A fresh part is one file, not one for each column, whose buffers made an INSERT of 18 MB of spans
--                                take 217 MB of memory instead of 112.
--   bloom_filter indexes         An id, an attribute's key or value somewhere in three days is found without reading all of them.
--   ZSTD(1), Delta               Attributes repeat from row to row and times are nearly sorted.

CREATE DATABASE IF NOT EXISTS otel;

-- One row a span. Sorted by time first, as people look at the last minutes or at the minutes of one trace; within five minutes by
-- service and operation, which is what they filter by.
CREATE TABLE IF NOT EXISTS otel.otel_traces
(
    Timestamp          DateTime64(9)                        COMMENT 'Start of the span' CODEC(Delta, ZSTD(1)),
    TraceId            String                               COMMENT '32 lower-case hex digits' CODEC(ZSTD(1)),
    SpanId             String                               COMMENT '16 lower-case hex digits' CODEC(ZSTD(1)),
    ParentSpanId       String                               COMMENT 'Empty for the root of a trace' CODEC(ZSTD(1)),
    TraceState         String                               COMMENT 'W3C tracestate' CODEC(ZSTD(1)),
    SpanName           LowCardinality(String)               COMMENT 'The operation' CODEC(ZSTD(1)),
    SpanKind           LowCardinality(String)               COMMENT 'Unspecified, Internal, Server, Client, Producer or Consumer' CODEC(ZSTD(1)),
    ServiceName        LowCardinality(String)               COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    ResourceAttributes Map(LowCardinality(String), String)  COMMENT 'The service instance that made the span' CODEC(ZSTD(1)),
    ScopeName          String                               COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion       String                               COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(1)),
    SpanAttributes     Map(LowCardinality(String), String)  COMMENT 'Attributes; arrays and maps as JSON' CODEC(ZSTD(1)),
    Duration           UInt64                               COMMENT 'Nanoseconds' CODEC(ZSTD(1)),
    StatusCode         LowCardinality(String)               COMMENT 'Unset, Ok or Error' CODEC(ZSTD(1)),
    StatusMessage      String                               COMMENT 'Why the span failed' CODEC(ZSTD(1)),
    Events Nested
    (
        Timestamp  DateTime64(9),
        Name       LowCardinality(String),
        Attributes Map(LowCardinality(String), String)
    ) CODEC(ZSTD(1)),
    Links Nested
    (
        TraceId    String,
        SpanId     String,
        TraceState String,
        Attributes Map(LowCardinality(String), String)
    ) CODEC(ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, SpanName, Timestamp)
TTL toDateTime(Timestamp) + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- When each trace began and ended: a trace is opened by its id alone, and its minutes lead to its spans. A trace has a row for each
-- INSERT that held spans of it.
CREATE TABLE IF NOT EXISTS otel.otel_traces_trace_id_ts
(
    TraceId String   COMMENT '32 lower-case hex digits' CODEC(ZSTD(1)),
    Start   DateTime COMMENT 'First start among the spans of one INSERT' CODEC(Delta, ZSTD(1)),
    End     DateTime COMMENT 'Last start among the spans of one INSERT' CODEC(Delta, ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Start)
ORDER BY (TraceId, Start)
TTL toDateTime(Start) + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- SQL SECURITY NONE: with an inserter's rights the view would read otel_traces as that inserter, who may not.
CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_traces_trace_id_ts_mv
TO otel.otel_traces_trace_id_ts
SQL SECURITY NONE
AS SELECT
    TraceId,
    min(Timestamp) AS Start,
    max(Timestamp) AS End
FROM otel.otel_traces
WHERE TraceId != ''
GROUP BY TraceId;

-- One row a log record.
CREATE TABLE IF NOT EXISTS otel.otel_logs
(
    Timestamp          DateTime64(9)                        COMMENT 'When it happened, or was observed where that is unknown' CODEC(Delta, ZSTD(1)),
    TraceId            String                               COMMENT '32 lower-case hex digits, or empty' CODEC(ZSTD(1)),
    SpanId             String                               COMMENT '16 lower-case hex digits, or empty' CODEC(ZSTD(1)),
    TraceFlags         UInt8                                COMMENT 'W3C trace flags',
    SeverityText       LowCardinality(String)               COMMENT 'As the source names it' CODEC(ZSTD(1)),
    SeverityNumber     UInt8                                COMMENT '1 to 24',
    ServiceName        LowCardinality(String)               COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    Body               String                               COMMENT 'The message; a structured body as JSON' CODEC(ZSTD(1)),
    ResourceSchemaUrl  LowCardinality(String)               COMMENT 'Schema of the resource attributes' CODEC(ZSTD(1)),
    ResourceAttributes Map(LowCardinality(String), String)  COMMENT 'The service instance that logged' CODEC(ZSTD(1)),
    ScopeSchemaUrl     LowCardinality(String)               COMMENT 'Schema of the scope' CODEC(ZSTD(1)),
    ScopeName          String                               COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion       LowCardinality(String)               COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(1)),
    ScopeAttributes    Map(LowCardinality(String), String)  COMMENT 'Attributes of the scope' CODEC(ZSTD(1)),
    LogAttributes      Map(LowCardinality(String), String)  COMMENT 'Attributes; arrays and maps as JSON' CODEC(ZSTD(1)),
    EventName          String                               COMMENT 'Set where the record is an event' CODEC(ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_log_attr_key mapKeys(LogAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_log_attr_value mapValues(LogAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_lower_body lower(Body) TYPE text(tokenizer = 'splitByNonAlpha')
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(Timestamp) + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- The five kinds of metrics: one row a data point. Sorted by series, since a chart reads few series over a long time.
--
-- A value at a moment.
CREATE TABLE IF NOT EXISTS otel.otel_metrics_gauge
(
    ResourceAttributes    Map(LowCardinality(String), String) COMMENT 'The service instance that measured' CODEC(ZSTD(1)),
    ResourceSchemaUrl     String                              CODEC(ZSTD(1)),
    ScopeName             String                              COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion          String                              CODEC(ZSTD(1)),
    ScopeAttributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeDroppedAttrCount UInt32                              CODEC(ZSTD(1)),
    ScopeSchemaUrl        String                              CODEC(ZSTD(1)),
    ServiceName           LowCardinality(String)              COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    MetricName            LowCardinality(String)              CODEC(ZSTD(1)),
    MetricDescription     String                              CODEC(ZSTD(1)),
    MetricUnit            String                              COMMENT 'UCUM' CODEC(ZSTD(1)),
    Attributes            Map(LowCardinality(String), String) COMMENT 'Dimensions of the point; arrays and maps as JSON' CODEC(ZSTD(1)),
    StartTimeUnix         DateTime                            COMMENT 'Since when it was summed up' CODEC(Delta, ZSTD(1)),
    TimeUnix              DateTime                            COMMENT 'When it was read' CODEC(Delta, ZSTD(1)),
    Value                 Float64                             CODEC(ZSTD(1)),
    Flags                 UInt32                              COMMENT '1: no value was recorded' CODEC(ZSTD(1)),
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime,
        Value              Float64,
        SpanId             String,
        TraceId            String
    ) CODEC(ZSTD(1)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
TTL TimeUnix + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- Counters, and up-down counters (not monotonic).
CREATE TABLE IF NOT EXISTS otel.otel_metrics_sum
(
    ResourceAttributes    Map(LowCardinality(String), String) COMMENT 'The service instance that measured' CODEC(ZSTD(1)),
    ResourceSchemaUrl     String                              CODEC(ZSTD(1)),
    ScopeName             String                              COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion          String                              CODEC(ZSTD(1)),
    ScopeAttributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeDroppedAttrCount UInt32                              CODEC(ZSTD(1)),
    ScopeSchemaUrl        String                              CODEC(ZSTD(1)),
    ServiceName           LowCardinality(String)              COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    MetricName            LowCardinality(String)              CODEC(ZSTD(1)),
    MetricDescription     String                              CODEC(ZSTD(1)),
    MetricUnit            String                              COMMENT 'UCUM' CODEC(ZSTD(1)),
    Attributes            Map(LowCardinality(String), String) COMMENT 'Dimensions of the point; arrays and maps as JSON' CODEC(ZSTD(1)),
    StartTimeUnix         DateTime                            COMMENT 'Since when it was summed up' CODEC(Delta, ZSTD(1)),
    TimeUnix              DateTime                            COMMENT 'When it was read' CODEC(Delta, ZSTD(1)),
    Value                 Float64                             CODEC(ZSTD(1)),
    Flags                 UInt32                              COMMENT '1: no value was recorded' CODEC(ZSTD(1)),
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime,
        Value              Float64,
        SpanId             String,
        TraceId            String
    ) CODEC(ZSTD(1)),
    AggregationTemporality Int32                               COMMENT '1 delta, 2 cumulative' CODEC(ZSTD(1)),
    IsMonotonic           Bool                                CODEC(Delta, ZSTD(1)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
TTL TimeUnix + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- Counts in buckets with explicit bounds: bucket i is (bound i-1, bound i], the last one is open.
CREATE TABLE IF NOT EXISTS otel.otel_metrics_histogram
(
    ResourceAttributes    Map(LowCardinality(String), String) COMMENT 'The service instance that measured' CODEC(ZSTD(1)),
    ResourceSchemaUrl     String                              CODEC(ZSTD(1)),
    ScopeName             String                              COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion          String                              CODEC(ZSTD(1)),
    ScopeAttributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeDroppedAttrCount UInt32                              CODEC(ZSTD(1)),
    ScopeSchemaUrl        String                              CODEC(ZSTD(1)),
    ServiceName           LowCardinality(String)              COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    MetricName            LowCardinality(String)              CODEC(ZSTD(1)),
    MetricDescription     String                              CODEC(ZSTD(1)),
    MetricUnit            String                              COMMENT 'UCUM' CODEC(ZSTD(1)),
    Attributes            Map(LowCardinality(String), String) COMMENT 'Dimensions of the point; arrays and maps as JSON' CODEC(ZSTD(1)),
    StartTimeUnix         DateTime                            COMMENT 'Since when it was summed up' CODEC(Delta, ZSTD(1)),
    TimeUnix              DateTime                            COMMENT 'When it was read' CODEC(Delta, ZSTD(1)),
    Count                 UInt64                              CODEC(Delta, ZSTD(1)),
    Sum                   Float64                             CODEC(ZSTD(1)),
    BucketCounts          Array(UInt64)                       CODEC(ZSTD(1)),
    ExplicitBounds        Array(Float64)                      CODEC(ZSTD(1)),
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime,
        Value              Float64,
        SpanId             String,
        TraceId            String
    ) CODEC(ZSTD(1)),
    Flags                 UInt32                              COMMENT '1: no value was recorded' CODEC(ZSTD(1)),
    Min                   Float64                             COMMENT '0 where absent' CODEC(ZSTD(1)),
    Max                   Float64                             COMMENT '0 where absent' CODEC(ZSTD(1)),
    AggregationTemporality Int32                               COMMENT '1 delta, 2 cumulative' CODEC(ZSTD(1)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
TTL TimeUnix + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- Counts in buckets that grow by 2^(2^-Scale).
CREATE TABLE IF NOT EXISTS otel.otel_metrics_exponential_histogram
(
    ResourceAttributes    Map(LowCardinality(String), String) COMMENT 'The service instance that measured' CODEC(ZSTD(1)),
    ResourceSchemaUrl     String                              CODEC(ZSTD(1)),
    ScopeName             String                              COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion          String                              CODEC(ZSTD(1)),
    ScopeAttributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeDroppedAttrCount UInt32                              CODEC(ZSTD(1)),
    ScopeSchemaUrl        String                              CODEC(ZSTD(1)),
    ServiceName           LowCardinality(String)              COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    MetricName            LowCardinality(String)              CODEC(ZSTD(1)),
    MetricDescription     String                              CODEC(ZSTD(1)),
    MetricUnit            String                              COMMENT 'UCUM' CODEC(ZSTD(1)),
    Attributes            Map(LowCardinality(String), String) COMMENT 'Dimensions of the point; arrays and maps as JSON' CODEC(ZSTD(1)),
    StartTimeUnix         DateTime                            COMMENT 'Since when it was summed up' CODEC(Delta, ZSTD(1)),
    TimeUnix              DateTime                            COMMENT 'When it was read' CODEC(Delta, ZSTD(1)),
    Count                 UInt64                              CODEC(Delta, ZSTD(1)),
    Sum                   Float64                             CODEC(ZSTD(1)),
    Scale                 Int32                               CODEC(ZSTD(1)),
    ZeroCount             UInt64                              CODEC(ZSTD(1)),
    PositiveOffset        Int32                               CODEC(ZSTD(1)),
    PositiveBucketCounts  Array(UInt64)                       CODEC(ZSTD(1)),
    NegativeOffset        Int32                               CODEC(ZSTD(1)),
    NegativeBucketCounts  Array(UInt64)                       CODEC(ZSTD(1)),
    Exemplars Nested
    (
        FilteredAttributes Map(LowCardinality(String), String),
        TimeUnix           DateTime,
        Value              Float64,
        SpanId             String,
        TraceId            String
    ) CODEC(ZSTD(1)),
    Flags                 UInt32                              COMMENT '1: no value was recorded' CODEC(ZSTD(1)),
    Min                   Float64                             COMMENT '0 where absent' CODEC(ZSTD(1)),
    Max                   Float64                             COMMENT '0 where absent' CODEC(ZSTD(1)),
    AggregationTemporality Int32                               COMMENT '1 delta, 2 cumulative' CODEC(ZSTD(1)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
TTL TimeUnix + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- Quantiles the source has calculated itself.
CREATE TABLE IF NOT EXISTS otel.otel_metrics_summary
(
    ResourceAttributes    Map(LowCardinality(String), String) COMMENT 'The service instance that measured' CODEC(ZSTD(1)),
    ResourceSchemaUrl     String                              CODEC(ZSTD(1)),
    ScopeName             String                              COMMENT 'Instrumentation scope' CODEC(ZSTD(1)),
    ScopeVersion          String                              CODEC(ZSTD(1)),
    ScopeAttributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeDroppedAttrCount UInt32                              CODEC(ZSTD(1)),
    ScopeSchemaUrl        String                              CODEC(ZSTD(1)),
    ServiceName           LowCardinality(String)              COMMENT 'Resource attribute service.name' CODEC(ZSTD(1)),
    MetricName            LowCardinality(String)              CODEC(ZSTD(1)),
    MetricDescription     String                              CODEC(ZSTD(1)),
    MetricUnit            String                              COMMENT 'UCUM' CODEC(ZSTD(1)),
    Attributes            Map(LowCardinality(String), String) COMMENT 'Dimensions of the point; arrays and maps as JSON' CODEC(ZSTD(1)),
    StartTimeUnix         DateTime                            COMMENT 'Since when it was summed up' CODEC(Delta, ZSTD(1)),
    TimeUnix              DateTime                            COMMENT 'When it was read' CODEC(Delta, ZSTD(1)),
    Count                 UInt64                              CODEC(Delta, ZSTD(1)),
    Sum                   Float64                             CODEC(ZSTD(1)),
    ValueAtQuantiles Nested
    (
        Quantile Float64,
        Value    Float64
    ) CODEC(ZSTD(1)),
    Flags                 UInt32                              COMMENT '1: no value was recorded' CODEC(ZSTD(1)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
TTL TimeUnix + INTERVAL 72 HOUR
SETTINGS
    ttl_only_drop_parts = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_bytes_for_wide_part = 134217728,
    non_replicated_deduplication_window = 10000;

-- The answer key: every incident of a simulation, one row each, and another one when it is stopped before its time (read with FINAL).
-- Not otel_*, so neither HyperDX nor the collector can touch it, and without a TTL: it outlives the telemetry it explains.
CREATE TABLE IF NOT EXISTS otel.incidents
(
    Id            String                  COMMENT 'Of this occurrence',
    RunId         String                  COMMENT 'snkrs.run.id of the telemetry it shows in',
    Kind          LowCardinality(String)  COMMENT 'Its entry in the catalogue',
    Difficulty    UInt8                   COMMENT '1 to 3',
    Hidden        Bool                    COMMENT 'Part of an exam: not to be told',
    RootService   LowCardinality(String)  COMMENT 'Where the cause is',
    RootOperation LowCardinality(String)  COMMENT 'What misbehaves there',
    Scope         Map(LowCardinality(String), String) COMMENT 'What it is limited to: instance, version, region, users; empty for all',
    StartedAt     DateTime64(3),
    EndedAt       DateTime64(3)           COMMENT '2100-01-01 until it is stopped',
    Page          String                  COMMENT 'What an engineer on call is told',
    Parameters    String                  COMMENT 'JSON',
    WrittenAt     DateTime64(3)
)
ENGINE = ReplacingMergeTree(WrittenAt)
ORDER BY (RunId, Id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- One row an exam that was answered, or given up.
CREATE TABLE IF NOT EXISTS otel.exam_results
(
    IncidentId String,
    RunId      String,
    Kind       LowCardinality(String),
    Difficulty UInt8,
    TakenAt    DateTime64(3),
    Seconds    Float64                 COMMENT 'From the page to the answer',
    Revealed   Bool                    COMMENT 'Given up',
    Answer     String                  COMMENT 'JSON',
    Service    Float64                 COMMENT '0 to 1, as the others',
    Operation  Float64,
    Scope      Float64,
    Window     Float64                 COMMENT 'Overlap of the windows, their intersection over their union',
    Score      Float64
)
ENGINE = MergeTree
ORDER BY TakenAt
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
