import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What OTLP carries. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** An INSERT whose data are the request bodies themselves, sent as the body of the HTTP request. */
export interface InsertStatement {
  /** The table it fills, with its database. */
  readonly table: string;
  readonly sql: string;
  /** Sent with it, as parameters of the URL. */
  readonly settings: Readonly<Record<string, string | number>>;
}

const REQUEST_MESSAGES: Readonly<Record<Signal, string>> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};

const STATEMENT_FILES: Readonly<Record<Signal, readonly string[]>> = {
  traces: ['traces.sql'],
  logs: ['logs.sql'],
  metrics: [
    'metrics-gauge.sql',
    'metrics-sum.sql',
    'metrics-histogram.sql',
    'metrics-exponential-histogram.sql',
    'metrics-summary.sql',
  ],
};

/** How far arrays and maps in one attribute are followed; any-value.sql has a line for each level. */
const NESTING = 2;

/**
 * The statements that store a signal: one for each of its tables. Each takes any number of request bodies in a row, since
 * protobuf messages in a row are one message with their repeated fields joined.
 */
export function insertStatements(signal: Signal): readonly InsertStatement[] {
  const settings = {
    format_schema_source: 'string',
    format_schema: read('otlp.proto'),
    format_schema_message_name: REQUEST_MESSAGES[signal],
    // Tells a zero, an empty text and no value apart.
    input_format_protobuf_oneof_presence: 1,
    output_format_json_escape_forward_slashes: 0,
    // A segment of any age or size is stored: whole, as one block, which insert_deduplication_token then names.
    max_partitions_per_insert_block: 0,
    max_block_size: 1_000_000_000,
    max_insert_block_size: 1_000_000_000,
    min_insert_block_size_rows: 1_000_000_000,
    min_insert_block_size_bytes: 0,
  };
  return STATEMENT_FILES[signal].map((file) => {
    const sql = expand(read(file));
    return { table: /INSERT INTO (\S+)/.exec(sql)![1]!, sql, settings };
  });
}

function expand(sql: string): string {
  return sql
    .replace('{any-value.sql}\n', () => read('any-value.sql'))
    .replaceAll('{Attributes}', `Array(Tuple(key LowCardinality(String), value ${anyValueType(NESTING)}))`)
    .replaceAll('{AnyValue}', anyValueType(NESTING))
    .trim();
}

/** The columns of an AnyValue with `nesting` levels of arrays and maps in it, written for a quoted SQL string. */
function anyValueType(nesting: number): string {
  const fields = [
    "value Enum8('none'=0,'string_value'=1,'bool_value'=2,'int_value'=3,'double_value'=4,'array_value'=5,'kvlist_value'=6,'bytes_value'=7)".replaceAll(
      "'",
      "\\'",
    ),
    'string_value String',
    'bool_value Bool',
    'int_value Int64',
    'double_value Float64',
    'bytes_value String',
  ];
  if (nesting > 0) {
    const inner = anyValueType(nesting - 1);
    fields.push(`array_value Tuple(values Array(${inner}))`);
    fields.push(`kvlist_value Tuple(values Array(Tuple(key String, value ${inner})))`);
  }
  return `Tuple(${fields.join(', ')})`;
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
