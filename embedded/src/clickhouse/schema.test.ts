import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { applySchema, splitStatements } from './schema.ts';

let server: TestClickHouse;
before(async () => {
  server = await startTestClickHouse();
});
after(() => server.stop());

async function rows<Row>(query: string): Promise<Row[]> {
  const result = await server.admin.query({ query, format: 'JSONEachRow' });
  return result.json<Row>();
}

const MAP = 'Map(LowCardinality(String), String)';
const EXEMPLARS = [
  'Exemplars.FilteredAttributes Array(Map(LowCardinality(String), String))',
  'Exemplars.TimeUnix Array(DateTime)',
  'Exemplars.Value Array(Float64)',
  'Exemplars.SpanId Array(String)',
  'Exemplars.TraceId Array(String)',
];
const METRIC = [
  `ResourceAttributes ${MAP}`,
  'ResourceSchemaUrl String',
  'ScopeName String',
  'ScopeVersion String',
  `ScopeAttributes ${MAP}`,
  'ScopeDroppedAttrCount UInt32',
  'ScopeSchemaUrl String',
  'ServiceName LowCardinality(String)',
  'MetricName LowCardinality(String)',
  'MetricDescription String',
  'MetricUnit String',
  `Attributes ${MAP}`,
  'StartTimeUnix DateTime',
  'TimeUnix DateTime',
];

/** What clickhouseexporter 0.161 creates (its internal/sqltemplates), without the optional `__otel_materialized_*`. */
const EXPORTER_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  otel_traces: [
    'Timestamp DateTime64(9)',
    'TraceId String',
    'SpanId String',
    'ParentSpanId String',
    'TraceState String',
    'SpanName LowCardinality(String)',
    'SpanKind LowCardinality(String)',
    'ServiceName LowCardinality(String)',
    `ResourceAttributes ${MAP}`,
    'ScopeName String',
    'ScopeVersion String',
    `SpanAttributes ${MAP}`,
    'Duration UInt64',
    'StatusCode LowCardinality(String)',
    'StatusMessage String',
    'Events.Timestamp Array(DateTime64(9))',
    'Events.Name Array(LowCardinality(String))',
    `Events.Attributes Array(${MAP})`,
    'Links.TraceId Array(String)',
    'Links.SpanId Array(String)',
    'Links.TraceState Array(String)',
    `Links.Attributes Array(${MAP})`,
  ],
  otel_traces_trace_id_ts: ['TraceId String', 'Start DateTime', 'End DateTime'],
  otel_logs: [
    'Timestamp DateTime64(9)',
    'TraceId String',
    'SpanId String',
    'TraceFlags UInt8',
    'SeverityText LowCardinality(String)',
    'SeverityNumber UInt8',
    'ServiceName LowCardinality(String)',
    'Body String',
    'ResourceSchemaUrl LowCardinality(String)',
    `ResourceAttributes ${MAP}`,
    'ScopeSchemaUrl LowCardinality(String)',
    'ScopeName String',
    'ScopeVersion LowCardinality(String)',
    `ScopeAttributes ${MAP}`,
    `LogAttributes ${MAP}`,
    'EventName String',
  ],
  otel_metrics_gauge: [...METRIC, 'Value Float64', 'Flags UInt32', ...EXEMPLARS],
  otel_metrics_sum: [
    ...METRIC,
    'Value Float64',
    'Flags UInt32',
    ...EXEMPLARS,
    'AggregationTemporality Int32',
    'IsMonotonic Bool',
  ],
  otel_metrics_histogram: [
    ...METRIC,
    'Count UInt64',
    'Sum Float64',
    'BucketCounts Array(UInt64)',
    'ExplicitBounds Array(Float64)',
    ...EXEMPLARS,
    'Flags UInt32',
    'Min Float64',
    'Max Float64',
    'AggregationTemporality Int32',
  ],
  otel_metrics_exponential_histogram: [
    ...METRIC,
    'Count UInt64',
    'Sum Float64',
    'Scale Int32',
    'ZeroCount UInt64',
    'PositiveOffset Int32',
    'PositiveBucketCounts Array(UInt64)',
    'NegativeOffset Int32',
    'NegativeBucketCounts Array(UInt64)',
    ...EXEMPLARS,
    'Flags UInt32',
    'Min Float64',
    'Max Float64',
    'AggregationTemporality Int32',
  ],
  otel_metrics_summary: [
    ...METRIC,
    'Count UInt64',
    'Sum Float64',
    'ValueAtQuantiles.Quantile Array(Float64)',
    'ValueAtQuantiles.Value Array(Float64)',
    'Flags UInt32',
  ],
};

test("names, order and types of the columns are the exporter's", async () => {
  const columns = await rows<{ table: string; column: string }>(
    `SELECT table, concat(name, ' ', type) AS column FROM system.columns
     WHERE database = 'otel' AND startsWith(table, 'otel_') AND table NOT LIKE '%_mv' ORDER BY table, position`,
  );
  const byTable = Object.groupBy(columns, ({ table }) => table);
  assert.deepEqual(Object.keys(byTable).sort(), Object.keys(EXPORTER_COLUMNS).sort());
  for (const [table, expected] of Object.entries(EXPORTER_COLUMNS)) {
    assert.deepEqual(
      byTable[table]?.map(({ column }) => column),
      expected,
      table,
    );
  }
});

test('every table of telemetry is durable, deduplicates, and forgets after three days', async () => {
  const tables = await rows<{ name: string; definition: string }>(
    "SELECT name, create_table_query AS definition FROM system.tables WHERE database = 'otel' AND engine = 'MergeTree' AND startsWith(name, 'otel_')",
  );
  assert.equal(tables.length, 8);
  for (const { name, definition } of tables) {
    assert.match(definition, /TTL .*toIntervalHour\(72\)/, name);
    assert.match(definition, /ttl_only_drop_parts = 1/, name);
    assert.match(definition, /fsync_after_insert = 1, fsync_part_directory = 1/, name);
    assert.match(definition, /non_replicated_deduplication_window = 10000/, name);
  }
});

test('the schema can be applied again and leaves the rows', async () => {
  await server.admin.command({ query: "INSERT INTO otel.otel_logs (Timestamp, Body) VALUES (now(), 'kept')" });
  await applySchema(server.admin);
  assert.deepEqual(await rows("SELECT Body FROM otel.otel_logs WHERE Body = 'kept'"), [{ Body: 'kept' }]);
});

test('a segment loaded again with its token is stored once, in the target of the view too', async () => {
  const load = (token: string) =>
    server.admin.command({
      query: `INSERT INTO otel.otel_traces (Timestamp, TraceId, SpanId)
        SELECT toStartOfHour(now()) - INTERVAL number SECOND, 'replayed', toString(number) FROM numbers(3)`,
      clickhouse_settings: { insert_deduplication_token: token },
    });
  const stored = () =>
    rows(`SELECT (SELECT count() FROM otel.otel_traces WHERE TraceId = 'replayed') AS spans,
      (SELECT count() FROM otel.otel_traces_trace_id_ts WHERE TraceId = 'replayed') AS traces
      SETTINGS output_format_json_quote_64bit_integers = 0`);
  await load('segment-1');
  await load('segment-1');
  assert.deepEqual(await stored(), [{ spans: 3, traces: 1 }]);
  await load('segment-2');
  assert.deepEqual(await stored(), [{ spans: 6, traces: 2 }]);
});

test('a script is split at the semicolons that end statements', () => {
  const script = `-- one; with a comment
    SELECT ';', 'it''s; fine', 'a \\'; b' /* two; */ ;
    SELECT \`a;b\`, ";" -- last;
    ;;`;
  assert.deepEqual(splitStatements(script), [`SELECT ';', 'it''s; fine', 'a \\'; b'`, 'SELECT `a;b`, ";"']);
});
