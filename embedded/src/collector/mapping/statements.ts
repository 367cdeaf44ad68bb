import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What OTLP carries. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** An INSERT whose data are the request bodies themselves, sent as the body of the HTTP request. */
export interface InsertStatement {
  /** The table it fills, with its database. */
  readonly table: string;
  readonly sql: string;
  /**
   * The same for less: planned in a quarter of the time, which is most of what a small INSERT costs. To be tried first: it
   * reads arrays and maps without further ones in them, as nearly all are, and at any other fails with {@link TOO_NESTED}
   * and stores nothing.
   */
  readonly quickSql: string;
  /** Sent with it, as parameters of the URL. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** ClickHouse's error code when `quickSql` meets an array or a map inside another: `sql` reads it. */
export const TOO_NESTED = 395;

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

/** The oneof of AnyValue: ClickHouse fills a column named like the oneof with the case it has found. */
const CASES = [
  'none',
  'string_value',
  'bool_value',
  'int_value',
  'double_value',
  'array_value',
  'kvlist_value',
  'bytes_value',
];

/** How far arrays and maps inside one another are followed, and what stands for those further down (an expression). */
interface Nesting {
  /** any-value.sql has a json_N for each level. */
  readonly levels: number;
  readonly beyond: string;
}

const FULL: Nesting = { levels: 4, beyond: `'"nested too deep"'` };
const QUICK: Nesting = {
  levels: 1,
  beyond: `toString(throwIf((any).value IN ('array_value', 'kvlist_value'), 'nested deeper than one level'))`,
};

/**
 * The statements that store a signal: one for each of its tables. Each takes any number of request bodies in a row, since
 * protobuf messages in a row are one message with their repeated fields joined.
 *
 * However large, the bodies are one row to the engine, and the function arrayJoin leaves them one block: an INSERT writes one
 * part for each day, and its insert_deduplication_token names the same rows every time.
 */
export function insertStatements(signal: Signal): readonly InsertStatement[] {
  const settings = {
    format_schema_source: 'string',
    format_schema: read('otlp.proto'),
    format_schema_message_name: REQUEST_MESSAGES[signal],
    // Tells a zero, an empty text and no value apart.
    input_format_protobuf_oneof_presence: 1,
    output_format_json_escape_forward_slashes: 0,
    // A segment may hold any number of days.
    max_partitions_per_insert_block: 0,
    // Merges build the skip indexes, as they do anyway: a third off an INSERT's time and memory.
    materialize_skip_indexes_on_insert: 0,
  };
  return STATEMENT_FILES[signal].map((file) => {
    const template = read(file).trim();
    const table = /INSERT INTO (\S+)/.exec(template)![1]!;
    return { table, sql: expand(template, FULL), quickSql: expand(template, QUICK), settings };
  });
}

function expand(template: string, { levels, beyond }: Nesting): string {
  const anyValue = anyValueType(levels);
  return template
    .replace('{any-value.sql}', () => read('any-value.sql').trim())
    .replace('{beyond}', () => beyond)
    .replace('{nesting}', String(levels))
    .replaceAll('{AnyValue}', () => anyValue)
    .replaceAll('{Attributes}', () => `Array(Tuple(key LowCardinality(String), value ${anyValue}))`);
}

/** The columns of an AnyValue that is followed `nesting` levels down, written for a quoted SQL string. */
function anyValueType(nesting: number): string {
  // At the last level all that shows of an array or a map is that it is there.
  const item = nesting > 0 ? anyValueType(nesting - 1) : 'Tuple(bool_value Bool)';
  const fields = [
    `value Enum8(${CASES.map((name, number) => `\\'${name}\\' = ${number}`).join(', ')})`,
    'string_value String',
    'bool_value Bool',
    'int_value Int64',
    'double_value Float64',
    `array_value Tuple(values Array(${item}))`,
    `kvlist_value Tuple(values Array(Tuple(key String, value ${item})))`,
    'bytes_value String',
  ];
  return `Tuple(${fields.join(', ')})`;
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
