import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { refusalOf } from './sql-guard.ts';

let clickhouse: TestClickHouse;
let path: string;
const secret = `secret-${randomUUID()}`;

before(async () => {
  clickhouse = await startTestClickHouse();
  path = join(clickhouse.dataDirectory, 'secret.txt');
  await writeFile(path, secret);
});

after(() => clickhouse?.stop());

test('ways to a file that the engine would follow are refused', async () => {
  const ways = [
    `SELECT file('${path}')`,
    `SELECT file /* with a comment */ ('${path}')`,
    `SELECT file -- with another\n('${path}')`,
    `SELECT 'a\\'b', file('${path}')`,
    `SELECT 'a''b', file('${path}')`,
    `SELECT '--', file('${path}')`,
    `SELECT '/*', file('${path}'), '*/'`,
    `SELECT 1 /* ' */, file('${path}') /* ' */`,
    `SELECT 1 /* /* */ ' */, file('${path}') -- '`,
    `SELECT 1 -- '\n, file('${path}') -- '`,
    `SELECT 1 // '\n, file('${path}') -- '`,
    `SELECT 1 #! '\n, file('${path}') -- '`,
    `SELECT $$ ' $$, file('${path}'), $$ ' $$`,
    `SELECT $a$ ' $a$, file('${path}'), $a$ ' $a$`,
    `SELECT ‘ " ’, file('${path}'), ‘ " ’`,
    `SELECT "a" FROM (SELECT 1 AS a, file('${path}'))`,
    `SELECT \`file\`('${path}')`,
    `SELECT "file"('${path}')`,
    `SELECT \`\\x66ile\`('${path}')`,
    `SELECT * APPLY(file) FROM (SELECT '${path}' AS x)`,
    `SELECT * APPLY file FROM (SELECT '${path}' AS x)`,
    `SELECT arrayMap(file, ['${path}'])`,
    `SELECT arrayMap(x -> file(x), ['${path}'])`,
    `WITH (x -> file(x)) AS f SELECT f('${path}')`,
    `SELECT b FROM values('a String, b String ALIAS file(''${path}'')', 'x')`,
    `SELECT b FROM VALUES('a String, b String ALIAS file(''${path}'')', 'x')`,
    `SELECT b FROM generateRandom('a String, b String ALIAS file(''${path}'')') LIMIT 1`,
    `SELECT b FROM null('a String, b String ALIAS throwIf(1, file(''${path}''))')`,
    `SELECT 1 SETTINGS additional_result_filter = 'throwIf(1, file(''${path}''))'`,
    `SELECT 1 SETTINGS format_template_row = '${path}' FORMAT Template`,
    `SELECT 1 SETTINGS format_template_resultset = '${path}' FORMAT Template`,
  ];
  for (const sql of ways) assert.notEqual(refusalOf(sql), undefined, `passed on: ${sql}`);
  const followed = await Promise.all(ways.map(async (sql) => (await ask(sql)).includes(secret)));
  assert.ok(followed.filter(Boolean).length > 15, 'the list has grown stale: the engine itself refuses most of it');
});

test('a parameter in the place of a function is refused', async () => {
  const sql = `SELECT arrayMap({f:Identifier}, ['${path}'])`;
  assert.match(await ask(sql, '?param_f=file'), new RegExp(secret));
  assert.match(refusalOf(sql, ['file']) ?? '', /"file" reads files of the server/);
  assert.match(refusalOf(sql, ['\\x66ile']) ?? '', /reads files of the server/);
  assert.equal(refusalOf('SELECT count() FROM {a:Identifier}.{b:Identifier}', ['otel', 'otel_logs']), undefined);
});

test('the word as data, and whatever else the page asks, passes', () => {
  const harmless = [
    "SELECT count() FROM otel.otel_logs WHERE Body ILIKE '%file(%'",
    "SELECT LogAttributes['file'] AS `LogAttributes['file']` FROM otel.otel_logs",
    "SELECT SpanAttributes['code.file.path'] FROM otel.otel_traces -- file('x')",
    'SELECT profile, file_name, "a file" FROM t /* file( */',
    "SELECT NULL, a IS NOT NULL, coalesce(a, null), 'it''s', 'it\\'s' FROM t",
    'SELECT {HYPERDX_PARAM_1:String}, a ? b : c, x -> x + 1, t.1, [1, 2][1], a::String, 5 % 2, `a``b` FROM t',
    "DESCRIBE otel.otel_traces SETTINGS date_time_output_format = 'iso' FORMAT JSON",
  ];
  for (const sql of harmless) assert.equal(refusalOf(sql, ['file']), undefined, sql);
});

test('text that cannot be read for certain is refused, saying where', () => {
  for (const sql of [
    "SELECT 'open",
    'SELECT `open',
    'SELECT /* open',
    'SELECT \\x',
    'SELECT 1\u00a0FROM é',
    'SELECT 1 \0',
  ]) {
    assert.match(refusalOf(sql) ?? '', /cannot be read at/, JSON.stringify(sql));
  }
});

test('a long query is read in no time', () => {
  const sql = `SELECT ${"'a', ".repeat(100_000)} 1`;
  const start = performance.now();
  assert.equal(refusalOf(sql), undefined);
  assert.ok(performance.now() - start < 1000);
});

async function ask(sql: string, parameters = ''): Promise<string> {
  const response = await fetch(`${clickhouse.url}/${parameters}`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': 'hyperdx', 'x-clickhouse-key': clickhouse.hyperdxPassword },
    body: sql,
  });
  return response.text();
}
