import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What OTLP carries. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** An INSERT whose data are the request bodies themselves, sent as the body of the HTTP request. */
export interface InsertStatement {
  /** The table it fills, with its database. */
  readonly table: string;
  /**
   * The same INSERT for arrays and maps inside values nested ever deeper. The first reads none and is the quickest: it takes four fifths
   * of the processor time of the next, and for 100 spans, where most of it is planning, 52 ms against 72 and 231. Each but the last
   * fails with {@link TOO_NESTED} where it meets deeper ones, and stores nothing.
   */
  readonly forms: readonly string[];
  /** Sent with it, as parameters of the URL. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** ClickHouse's error code when one of the `forms` meets arrays or maps that only a later one reads. */
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
  /** any-value-containers.sql has a json_N for each level; with none, the file is not needed. */
  readonly levels: number;
  readonly beyond: string;
}

const FORMS: readonly Nesting[] = [
  { levels: 0, beyond: tooNested('an array or a map') },
  { levels: 1, beyond: tooNested('an array or a map inside another') },
  { levels: 4, beyond: `'"nested too deep"'` },
];

function tooNested(what: string): string {
  return `toString(throwIf((any).value IN ('array_value', 'kvlist_value'), '${what}'))`;
}

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
    return { table, forms: FORMS.map((nesting) => expand(template, nesting)), settings };
  });
}

function expand(template: string, { levels, beyond }: Nesting): string {
  const anyValue = anyValueType(levels);
  const containers = levels > 0 ? read('any-value-containers.sql').trim() : 'any -> {beyond} AS container_text,';
  return template
    .replace('{any-value.sql}', () => read('any-value.sql').trim())
    .replace('{containers}', () => `  ${containers}`)
    .replace('{beyond}', () => beyond)
    .replaceAll('{nesting}', String(levels))
    .replaceAll('{AnyValue}', () => anyValue)
    .replaceAll('{Attributes}', () => `Array(Tuple(key LowCardinality(String), value ${anyValue}))`);
}

/** The columns of an AnyValue whose arrays and maps are followed `levels` down, written for a quoted SQL string. */
function anyValueType(levels: number): string {
  const item = levels > 0 ? anyValueType(levels - 1) : undefined;
  const fields = [
    `value Enum8(${CASES.map((name, number) => `\\'${name}\\' = ${number}`).join(', ')})`,
    'string_value String',
    'bool_value Bool',
    'int_value Int64',
    'double_value Float64',
    // The engine tells of no case it has no column for. Where only the case matters, the fewest columns will do.
    `array_value Tuple(values Array(${item ?? 'Tuple(bool_value Bool)'}))`,
    `kvlist_value Tuple(values Array(Tuple(key String${item === undefined ? '' : `, value ${item}`})))`,
    'bytes_value String',
  ];
  return `Tuple(${fields.join(', ')})`;
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
