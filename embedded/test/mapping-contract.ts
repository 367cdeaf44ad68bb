import { randomUUID } from 'node:crypto';
import {
  type InsertStatement,
  insertStatements,
  type Signal,
  TOO_NESTED,
} from '../src/collector/mapping/statements.ts';
import { startTestClickHouse } from './clickhouse.ts';
import { encodeRequest } from './otlp-bodies.ts';

/** What the contract tests of the mapping share: the real engine, requests into it, rows out of it. */
export interface Contract {
  /** Empties the tables and stores the requests, as the collector does: with the first of a statement's forms that will do. */
  store(signal: Signal, ...requests: object[]): Promise<void>;
  /** Runs one statement as user `collector`, by default the last of its forms, which reads everything. Throws what ClickHouse answers. */
  insert(statement: InsertStatement, body: Buffer, settings?: Record<string, string>, form?: number): Promise<void>;
  /** All rows of a table, every column, 64-bit integers and numbers JSON has no word for as strings. */
  rows(table: string): Promise<Record<string, unknown>[]>;
  /** The first column of a query's rows. */
  column(query: string): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** A moment no TTL reaches: 2033-05-18 03:33:20. */
export const START = '2000000000000000000';

/** Attributes of every kind AnyValue has, in OTLP/JSON's names. */
export const EVERY_KIND = [
  { key: 'string', value: { stringValue: 'é "quoted" </b>' } },
  { key: 'string.empty', value: { stringValue: '' } },
  { key: 'true', value: { boolValue: true } },
  { key: 'false', value: { boolValue: false } },
  { key: 'int', value: { intValue: '-9223372036854775808' } },
  { key: 'int.zero', value: { intValue: 0 } },
  { key: 'double', value: { doubleValue: 0.1 } },
  { key: 'double.zero', value: { doubleValue: 0 } },
  { key: 'bytes', value: { bytesValue: Buffer.from([0, 255, 3, 4]) } },
  { key: 'bytes.empty', value: { bytesValue: Buffer.alloc(0) } },
  {
    key: 'array',
    value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 1 }, { boolValue: false }, {}] } },
  },
  { key: 'array.empty', value: { arrayValue: { values: [] } } },
  {
    key: 'map',
    value: {
      kvlistValue: {
        values: [
          { key: 'z', value: { doubleValue: 1.5 } },
          { key: 'a', value: { bytesValue: Buffer.from('hi') } },
          { key: 'n' },
        ],
      },
    },
  },
  { key: 'map.empty', value: { kvlistValue: { values: [] } } },
  { key: 'nothing', value: {} },
  { key: 'absent' },
];

/** What each form of a statement but the last reads, by its number. */
export const KINDS_OF_FORM = [
  EVERY_KIND.filter(({ key }) => !key.startsWith('array') && !key.startsWith('map')),
  EVERY_KIND,
] as const;

/** {@link EVERY_KIND} as the exporter writes it. */
export const EVERY_KIND_STORED = {
  string: 'é "quoted" </b>',
  'string.empty': '',
  true: 'true',
  false: 'false',
  int: '-9223372036854775808',
  'int.zero': '0',
  double: '0.1',
  'double.zero': '0',
  bytes: 'AP8DBA==',
  'bytes.empty': '',
  array: '["a",1,false,null]',
  'array.empty': '[]',
  map: '{"a":"aGk=","n":null,"z":1.5}',
  'map.empty': '{}',
  nothing: '',
  absent: '',
};

/** Starts the engine. */
export async function startContract(): Promise<Contract> {
  const clickhouse = await startTestClickHouse();
  const insert: Contract['insert'] = async ({ forms, ...statement }, body, settings = {}, form = forms.length - 1) => {
    const parameters = new URLSearchParams({ query: forms[form]!, ...settings });
    for (const [name, value] of Object.entries(statement.settings)) parameters.set(name, String(value));
    const answer = await fetch(`${clickhouse.url}/?${parameters}`, {
      method: 'POST',
      headers: { 'x-clickhouse-user': 'collector', 'x-clickhouse-key': clickhouse.collectorPassword },
      body: Uint8Array.from(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
  };
  const insertWithFirst = async (statement: InsertStatement, body: Buffer, settings: Record<string, string>) => {
    for (let form = 0; ; form++) {
      const error = await insert(statement, body, settings, form).then(
        () => undefined,
        (error: Error) => error,
      );
      if (error === undefined) return;
      if (!error.message.startsWith(`Code: ${TOO_NESTED}.`)) throw error;
    }
  };
  return {
    insert,
    async store(signal, ...requests) {
      const body = Buffer.concat(requests.map((request) => encodeRequest(signal, request)));
      for (const statement of insertStatements(signal)) {
        await clickhouse.admin.command({ query: `TRUNCATE TABLE ${statement.table}` });
        const token = { insert_deduplication_token: randomUUID() };
        await insertWithFirst(statement, body, token);
      }
    },
    async rows(table) {
      const answer = await clickhouse.admin.query({
        query: `SELECT * FROM ${table} ORDER BY ALL`,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 1, output_format_json_quote_denormals: 1 },
      });
      return answer.json();
    },
    async column(query) {
      const answer = await clickhouse.admin.query({ query, format: 'JSONCompactEachRow' });
      return (await answer.json<unknown[]>()).map(([first]) => first);
    },
    stop: () => clickhouse.stop(),
  };
}
