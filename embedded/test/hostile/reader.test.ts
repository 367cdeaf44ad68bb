import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Hyperdx, startHyperdx } from '../../src/hyperdx/gateway.ts';
import { OPEN_GATES, startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { sendTo } from '../hyperdx/http-client.ts';

let clickhouse: TestClickHouse;
let hyperdx: Hyperdx;

before(async () => {
  clickhouse = await startTestClickHouse();
  const { innerUrl } = clickhouse.server;
  const { hyperdxPassword } = clickhouse;
  hyperdx = await startHyperdx({ host: '127.0.0.1', port: 0, clickhouseUrl: innerUrl, hyperdxPassword, ...OPEN_GATES });
  await clickhouse.admin.command({ query: 'ALTER TABLE otel.incidents ADD INDEX i Id TYPE minmax' });
  await clickhouse.admin.command({ query: "INSERT INTO otel.incidents (Id) VALUES ('the answer')" });
});
after(async () => {
  await hyperdx?.stop();
  await clickhouse?.stop();
});

/** As the user `hyperdx`, past the gateway and its list of words. */
async function ask(sql: string, settings = ''): Promise<{ code: number; text: string }> {
  const response = await fetch(`${clickhouse.url}/?${settings}`, {
    method: 'POST',
    body: sql,
    headers: { 'x-clickhouse-user': 'hyperdx', 'x-clickhouse-key': clickhouse.hyperdxPassword },
  });
  const text = await response.text();
  return { code: response.ok ? 0 : Number(/Code: (\d+)/.exec(text)?.[1]), text };
}

test('no statement changes, grants, stops or configures anything', async () => {
  const statements = [
    'SET readonly = 0',
    'SET max_execution_time = 0',
    'SELECT 1 SETTINGS readonly = 0',
    'GRANT ALL ON *.* TO hyperdx',
    "ALTER USER hyperdx IDENTIFIED BY 'mine'",
    'CREATE USER mine',
    'CREATE ROLE mine',
    'CREATE FUNCTION mine AS x -> x',
    'CREATE DATABASE mine',
    'CREATE VIEW otel.otel_v AS SELECT 1',
    'CREATE TEMPORARY TABLE t (a String) ENGINE = Memory',
    "CREATE DICTIONARY otel.otel_d (a String) PRIMARY KEY a SOURCE(FILE(PATH '/etc/passwd' FORMAT 'CSV')) LAYOUT(FLAT()) LIFETIME(1)",
    "ATTACH TABLE otel.otel_x (a String) ENGINE = File(CSV, '/etc/passwd')",
    "INSERT INTO FUNCTION file('mine.csv') SELECT 1",
    "INSERT INTO FUNCTION url('http://127.0.0.1:1/', CSV) SELECT 1",
    "SELECT 1 INTO OUTFILE '/tmp/mine'",
    'RENAME TABLE otel.otel_logs TO otel.otel_l',
    'EXCHANGE TABLES otel.otel_logs AND otel.otel_traces',
    'OPTIMIZE TABLE otel.otel_logs FINAL',
    'ALTER TABLE otel.otel_logs MODIFY TTL now()',
    'ALTER TABLE otel.otel_logs FREEZE',
    'DELETE FROM otel.otel_logs WHERE 1',
    'UPDATE otel.otel_logs SET Body = 1 WHERE 1',
    'DETACH TABLE otel.otel_logs',
    'KILL QUERY WHERE 1',
    'KILL MUTATION WHERE 1',
    'SYSTEM STOP MERGES otel.otel_logs',
    'SYSTEM RELOAD CONFIG',
    'SYSTEM FLUSH LOGS',
    "BACKUP TABLE otel.otel_logs TO File('/tmp/mine')",
    'EXECUTE AS admin SELECT 1',
    'SELECT 1; SELECT 2',
  ];
  for (const sql of statements) assert.notEqual((await ask(sql)).code, 0, sql);
  // Without a table it is taken, and stops the merges of what its user may stop: of nothing.
  assert.equal((await ask('SYSTEM STOP MERGES')).code, 0);
  for (const word of ['one', 'two']) {
    await clickhouse.admin.command({ query: `INSERT INTO otel.otel_logs (Timestamp, Body) VALUES (now(), '${word}')` });
  }
  await clickhouse.admin.command({ query: 'OPTIMIZE TABLE otel.otel_logs FINAL SETTINGS optimize_throw_if_noop = 1' });
  assert.notEqual((await ask('SELECT 1', 'profile=default&max_execution_time=0')).code, 0);
  assert.notEqual((await ask('SELECT 1', 'profile=admin')).code, 0);
  const { text } = await ask('SHOW GRANTS');
  assert.doesNotMatch(text.replaceAll(/GRANT SELECT ON (otel\.otel_\*|system\.\w+) TO hyperdx\n/g, ''), /GRANT/);
});

test('of the system only what tells nothing of anybody is read', async () => {
  const result = await clickhouse.admin.query({
    query: "SELECT name FROM system.tables WHERE database = 'system' ORDER BY name",
    format: 'JSONEachRow',
  });
  const readable: string[] = [];
  for (const { name } of await result.json<{ name: string }>()) {
    if ((await ask(`SELECT * FROM system.\`${name}\` LIMIT 1`)).code === 0) readable.push(name);
  }
  assert.deepEqual(
    readable.join(' '),
    'aggregate_function_combinators collations columns completions contributors current_roles data_skipping_indices ' +
      'data_type_families database_engines databases dictionary_layouts disk_types enabled_roles formats functions licenses ' +
      'one privileges quota_usage settings table_engines table_functions tables time_zones',
  );
  for (const sql of ['SHOW USERS', 'SHOW PROCESSLIST', 'SHOW CREATE USER admin', 'SHOW ACCESS']) {
    assert.notEqual((await ask(sql)).code, 0, sql);
  }
  const header = "SELECT getClientHTTPHeader('X-ClickHouse-Key')";
  assert.equal(
    (await ask(header, 'allow_get_client_http_header=1')).text,
    '\n',
    'its own password, which no page may see',
  );
});

test('the answer key is in no query’s reach and shows in no catalogue', async () => {
  const ways = [
    'SELECT Id FROM otel.incidents',
    "SELECT Id FROM merge('otel', 'incidents')",
    "SELECT Id FROM merge('otel', '.*') WHERE _table = 'incidents'",
    "SELECT * FROM merge(REGEXP('.*'), '^inc') ",
    "SELECT * FROM mergeTreeIndex('otel', 'incidents')",
    "SELECT * FROM mergeTreeAnalyzeIndexes('otel', 'incidents')",
    "SELECT * FROM mergeTreeProjection('otel', 'incidents', 'p')",
    'SELECT * FROM loop(otel.incidents) LIMIT 1',
    'SELECT * FROM view(SELECT * FROM otel.incidents)',
    'SELECT (SELECT Id FROM otel.incidents)',
    "SELECT 'the answer' IN otel.incidents",
    'WITH x AS (SELECT * FROM otel.incidents) SELECT * FROM x',
    "SELECT joinGet('otel.incidents', 'Id', 'x')",
    "SELECT hasColumnInTable('otel', 'incidents', 'Id')",
    'EXPLAIN ESTIMATE SELECT * FROM otel.incidents',
    'DESCRIBE TABLE otel.incidents',
    'SHOW CREATE TABLE otel.incidents',
    "SELECT * FROM remote('127.0.0.1', otel.incidents)",
    "SELECT * FROM cluster('default', otel.incidents)",
  ];
  for (const sql of ways) {
    const { code, text } = await ask(sql);
    assert.ok(code !== 0 || text === '', `${sql}: ${text}`);
    assert.doesNotMatch(text, /the answer/, sql);
  }
  for (const [catalogue, column] of [
    ['tables', 'name'],
    ['columns', 'table'],
    ['data_skipping_indices', 'table'],
  ] as const) {
    const sql = `SELECT count() FROM system.${catalogue} WHERE ${column} = 'incidents'`;
    assert.equal((await ask(sql)).text, '0\n', catalogue);
  }
});

test('text that looks like the word, or holds SQL, reaches no file of the server through the page', async () => {
  const path = 'config/config.xml';
  assert.match((await ask(`SELECT file('${path}')`)).text, /<clickhouse/, 'there is something to be had');
  const ways = [
    `SELECT FILE('${path}')`,
    `SELECT 1.file('${path}')`,
    `SELECT 1file('${path}')`,
    `SELECT 0x1file('${path}')`,
    `SELECT x'66696c65'('${path}')`,
    `SELECT arrayMap({f:\`Identifier\`}, ['${path}'])`,
    `SELECT arrayMap({f:Identifier}, ['${path}']) SETTINGS param_f = 'file'`,
    `SELECT b FROM SQLStandardValues('a String, b String ALIAS file(''${path}'')', 'x')`,
    `SELECT b FROM format('CSV', 'a String, b String ALIAS file(''${path}'')', 'x')`,
    `SELECT * FROM format('Values', 'a String', '(file(''${path}''))')`,
    `SELECT * FROM (VALUES ('a String, b String ALIAS file(''${path}'')', 'x'))`,
    `SELECT * FROM mergeTreeAnalyzeIndexes('otel', 'otel_logs', 'Body = file(''${path}'')')`,
    `SELECT * FROM viewExplain('EXPLAIN', '', (SELECT file('${path}')))`,
    `SELECT JSONExtractString('{"a": 1}', 'a') AS \`file\`, \`file\`('${path}')`,
    `WITH '${path}' AS p SELECT p AS file, file(p)`,
    `SELECT COLUMNS('x') APPLY(f -> file(f)) FROM (SELECT '${path}' AS x)`,
    `SELECT 1 AS \`a\` /* \` */, file('${path}') /* \` */`,
    `SELECT 'a\\', file('${path}'), '`,
    `SELECT 1 --\r, file('${path}')`,
    `SELECT 1 -- \u2028, file('${path}')`,
    `\uFEFFSELECT file('${path}')`,
    `SELECT\u00a0file('${path}')`,
    `EXPLAIN SYNTAX SELECT file('${path}')`,
    `SELECT fıle('${path}')`,
  ];
  const headers = { origin: hyperdx.url };
  for (const sql of ways) {
    for (const parameters of ['', '?param_f=file', '?param_f=%66ile', '?param_f=%60file%60']) {
      const { body } = await sendTo(hyperdx.url, `/query${parameters}`, { method: 'POST', headers, body: sql });
      assert.doesNotMatch(body, /<clickhouse\/>/, sql);
    }
  }
});

test('a name in the place of a table or a dictionary opens no file, and tells not whether there is one', async () => {
  const ways = [
    'SELECT * FROM `PATH`',
    'SELECT * FROM default.`PATH`',
    "SELECT * FROM merge('default', 'PATH')",
    'SELECT 1 IN `PATH`',
    'DESCRIBE TABLE `PATH`',
    'EXISTS TABLE default.`PATH`',
    "SELECT dictGet('PATH', 'a', 1)",
    "SELECT dictGet('default.PATH', 'a', 1)",
    "SELECT dictHas(`PATH`, 'a')",
    "SELECT joinGet('PATH', 'a', 1)",
    "SELECT naiveBayesClassifier('PATH', 'a')",
  ];
  for (const sql of ways) {
    for (const database of ['', 'otel']) {
      const answers = await Promise.all(
        ['/etc/shadow', '/etc/passwd', '/etc/nowhere'].map(async (path) => {
          const settings = database === '' ? '' : `database=${database}`;
          const { code, text } = await ask(sql.replace('PATH', path), settings);
          return { code, text: text.replaceAll(path, 'PATH') };
        }),
      );
      assert.deepEqual(answers[0], answers[2], sql);
      assert.deepEqual(answers[1], answers[2], sql);
      assert.ok(answers[0]!.code !== 0 || answers[0]!.text === '0\n', sql);
    }
  }
});
