import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { greetNatively } from '../../test/native-client.ts';
import { canConfine } from './confine.ts';

let server: TestClickHouse;
before(async () => {
  server = await startTestClickHouse();
});
after(() => server.stop());

/** The code of ClickHouse's error, or 0 with what it answered. */
async function ask(user: string, password: string, sql: string, settings = ''): Promise<[code: number, text: string]> {
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const response = await fetch(`${server.url}/?${settings}`, { method: 'POST', body: sql, headers });
  const text = await response.text();
  return response.ok ? [0, text] : [Number(/Code: (\d+)/.exec(text)?.[1]), text];
}

const AUTHENTICATION_FAILED = 516;
const ACCESS_DENIED = 497;
const CANNOT_OPEN_FILE = 76;
const READONLY = 164;
const SETTING_CONSTRAINT_VIOLATION = 452;
const USER_SESSION_LIMIT_EXCEEDED = 700;
const MEMORY_LIMIT_EXCEEDED = 241;

test('admin gets in with the password, whatever characters are in it, and not without', async () => {
  assert.deepEqual(await ask('admin', 'admin <&> secret', 'SELECT currentUser()'), [0, 'admin\n']);
  assert.equal((await ask('admin', 'wrong', 'SELECT 1'))[0], AUTHENTICATION_FAILED);
  assert.equal((await ask('admin', '', 'SELECT 1'))[0], AUTHENTICATION_FAILED);
});

test('no web page may read an answer to a query it sends with a password it knows, not even past the gate', async () => {
  const settings = 'user=admin&password=admin%20%3C%26%3E%20secret&query=SELECT+1';
  const headers = { origin: 'http://evil.example' };
  const { innerUrl } = server.server;
  const plain = await fetch(`${innerUrl}/?${settings}`, { headers });
  assert.equal(plain.headers.get('access-control-allow-origin'), null);
  const asking = await fetch(`${innerUrl}/?${settings}&add_http_cors_header=1`, { headers });
  assert.match(await asking.text(), /Code: 452\./);
  assert.equal(asking.headers.get('access-control-allow-origin'), null);
});

test('nobody gets in over HTTP without a password', async () => {
  const anonymous = await fetch(`${server.url}/?query=SELECT+1`);
  assert.match(await anonymous.text(), /Code: 700\..*USER_SESSION_LIMIT_EXCEEDED/);
  assert.equal((await ask('default', '', 'SELECT 1'))[0], USER_SESSION_LIMIT_EXCEEDED);
  assert.equal((await ask('', '', 'SELECT 1'))[0], AUTHENTICATION_FAILED);
  assert.equal((await ask('collector', '', 'SELECT 1'))[0], AUTHENTICATION_FAILED);
  assert.equal((await ask('hyperdx', '', 'SELECT 1'))[0], AUTHENTICATION_FAILED);
});

test('nobody gets in over the native protocol without a password', async () => {
  const { tcpPort } = server;
  assert.equal(await greetNatively(tcpPort, 'admin', 'admin <&> secret'), 'ok');
  assert.equal(await greetNatively(tcpPort, 'admin', 'wrong'), `error ${AUTHENTICATION_FAILED}`);
  assert.equal(await greetNatively(tcpPort, 'hyperdx', ''), `error ${AUTHENTICATION_FAILED}`);
  assert.equal(await greetNatively(tcpPort, 'default', ''), `error ${USER_SESSION_LIMIT_EXCEEDED}`);
});

test('the collector inserts into the otel tables and does nothing else', async () => {
  const collector = (sql: string) => ask('collector', server.collectorPassword, sql);

  assert.deepEqual(await collector("INSERT INTO otel.otel_logs (Timestamp, Body) VALUES (now(), 'hello')"), [0, '']);
  // The view behind this table needs no rights of the collector's.
  assert.deepEqual(await collector("INSERT INTO otel.otel_traces (Timestamp, TraceId) VALUES (now(), 'abc')"), [0, '']);
  const refused = [
    'SELECT Body FROM otel.otel_logs',
    "INSERT INTO otel.incidents (Id) VALUES ('x')",
    'INSERT INTO otel.otel_logs (Body) SELECT Body FROM otel.otel_logs',
    "INSERT INTO otel.otel_logs (Body) SELECT * FROM file('/etc/passwd', LineAsString, 'a String')",
    "INSERT INTO otel.otel_logs (Body) SELECT * FROM url('http://127.0.0.1:1/', LineAsString, 'a String')",
    'SELECT name FROM system.users',
    'TRUNCATE TABLE otel.otel_logs',
    'DROP TABLE otel.otel_logs',
    'CREATE TABLE otel.otel_x (a String) ENGINE = Memory',
  ];
  for (const sql of refused) assert.equal((await collector(sql))[0], ACCESS_DENIED, sql);
});

test('the collector may bring the protobuf schema with its INSERT', async () => {
  const sql = `INSERT INTO otel.otel_logs (Timestamp, Body) SELECT now(), word FROM input('word String')
    SETTINGS format_schema_source = 'string', format_schema = 'syntax = "proto3"; message M { string word = 1; }',
    format_schema_message_name = 'M', insert_deduplication_token = 'segment-1' FORMAT ProtobufSingle`;
  const headers = { 'x-clickhouse-user': 'collector', 'x-clickhouse-key': server.collectorPassword };
  const body = Buffer.from('\x0a\x05proto');
  const response = await fetch(`${server.url}/?query=${encodeURIComponent(sql)}`, { method: 'POST', body, headers });
  assert.equal(await response.text(), '');
  assert.equal(
    (await ask('admin', server.adminPassword, "SELECT count() FROM otel.otel_logs WHERE Body = 'proto'"))[1],
    '1\n',
  );
  assert.ok(
    existsSync(join(server.dataDirectory, '__cache__')),
    'the schema is kept with the data, not where npm runs',
  );
});

test('the simulator writes the log of incidents and takes telemetry back, and nothing else', async () => {
  const simulator = (sql: string) => ask('simulator', server.passwords.simulator, sql);
  const allowed = [
    "INSERT INTO otel.incidents (Id, RunId) VALUES ('inc-1', 'run-1')",
    "DELETE FROM otel.otel_traces WHERE ResourceAttributes['snkrs.run.id'] = 'run-1'",
  ];
  for (const sql of allowed) assert.deepEqual(await simulator(sql), [0, ''], sql);
  assert.deepEqual(await simulator('SELECT Id FROM otel.incidents FINAL'), [0, 'inc-1\n']);
  const refused = [
    "INSERT INTO otel.otel_logs (Body) VALUES ('x')",
    'SELECT * FROM otel.exam_results',
    'TRUNCATE TABLE otel.incidents',
    'DROP TABLE otel.otel_logs',
    'SELECT name FROM system.users',
    "SELECT * FROM file('/etc/passwd', LineAsString, 'a String')",
  ];
  for (const sql of refused) assert.equal((await simulator(sql))[0], ACCESS_DENIED, sql);
});

test('hyperdx reads the otel tables and what the page asks of system, and nothing else', async () => {
  const hyperdx = (sql: string) => ask('hyperdx', server.hyperdxPassword, sql);
  const readable = [
    'SELECT count() FROM otel.otel_traces',
    'SELECT count() FROM otel.otel_traces_trace_id_ts',
    'SELECT count() FROM otel.otel_metrics_exponential_histogram',
    'DESCRIBE TABLE otel.otel_logs',
    "SELECT name FROM system.tables WHERE database = 'otel'",
    'SELECT name FROM system.columns',
    'SELECT name FROM system.settings',
    'SELECT name FROM system.data_skipping_indices',
  ];
  for (const sql of readable) assert.equal((await hyperdx(sql))[0], 0, sql);

  const refused = [
    'SELECT * FROM otel.incidents',
    'SELECT * FROM system.users',
    'SELECT * FROM system.processes',
    'SELECT * FROM system.server_settings',
    "SELECT * FROM url('http://127.0.0.1:1/', LineAsString, 'a String')",
    "SELECT * FROM file('/etc/passwd', LineAsString, 'a String')",
    "SELECT * FROM remote('127.0.0.1', 'system.users')",
    "INSERT INTO otel.otel_logs (Body) VALUES ('x')",
    'ALTER TABLE otel.otel_logs DELETE WHERE 1',
    'TRUNCATE TABLE otel.otel_logs',
    'DROP TABLE otel.otel_logs',
    'CREATE TABLE otel.otel_x (a String) ENGINE = Memory',
    'CREATE TEMPORARY TABLE x (a String)',
    'SYSTEM SHUTDOWN',
  ];
  for (const sql of refused) assert.equal((await hyperdx(sql))[0], ACCESS_DENIED, sql);
  const [, names] = await hyperdx("SELECT name FROM system.tables WHERE database = 'otel' AND name LIKE 'inc%'");
  assert.equal(names, '', 'the answer key does not show');
});

test('hyperdx brings settings of its own but cannot lift its limits', async () => {
  const hyperdx = (settings: string) => ask('hyperdx', server.hyperdxPassword, 'SELECT 1', settings);
  assert.equal((await hyperdx('date_time_output_format=iso&wait_end_of_query=1&max_execution_time=20'))[0], 0);
  assert.equal((await hyperdx('max_execution_time=0'))[0], SETTING_CONSTRAINT_VIOLATION);
  assert.equal((await hyperdx('max_execution_time=3600'))[0], SETTING_CONSTRAINT_VIOLATION);
  assert.equal((await hyperdx('max_memory_usage=0'))[0], SETTING_CONSTRAINT_VIOLATION);
  assert.equal((await hyperdx('readonly=0'))[0], READONLY);
  const MEMORY_LIMIT_EXCEEDED = 241;
  const greedy = 'SELECT uniqExact(number) FROM numbers(100000000)';
  assert.equal((await ask('hyperdx', server.hyperdxPassword, greedy))[0], MEMORY_LIMIT_EXCEEDED);
  const filter = `additional_result_filter=${encodeURIComponent("file('/etc/hostname') != ''")}`;
  assert.equal((await ask('hyperdx', server.hyperdxPassword, 'SELECT 1', filter))[0], SETTING_CONSTRAINT_VIOLATION);
});

test('whoever may query reads no file beyond the server’s own, not even as admin', {
  skip: !canConfine(),
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-secret-'));
  t.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'secret.txt'), 'top secret');
  const paths = [
    join(directory, 'secret.txt'),
    '/etc/passwd',
    `/proc/${process.pid}/environ`,
    `/proc/self/root${directory}/secret.txt`,
  ];
  for (const path of paths) {
    for (const [user, password] of [
      ['admin', server.adminPassword],
      ['hyperdx', server.hyperdxPassword],
    ] as const) {
      const [code, text] = await ask(user, password, `SELECT file('${path}')`);
      assert.equal(code, CANNOT_OPEN_FILE, `${user} reads ${path}: ${text.slice(0, 100)}`);
    }
  }
  const asTable = await ask('admin', server.adminPassword, `SELECT * FROM file('${paths[0]}', LineAsString)`);
  assert.equal(asTable[0], CANNOT_OPEN_FILE);
  const written = await ask(
    'admin',
    server.adminPassword,
    `INSERT INTO FUNCTION file('${directory}/out.csv') SELECT 1`,
  );
  assert.equal(written[0], CANNOT_OPEN_FILE);
  assert.deepEqual(await ask('admin', server.adminPassword, "INSERT INTO FUNCTION file('mine.csv') SELECT 5"), [0, '']);
  assert.deepEqual(await ask('admin', server.adminPassword, "SELECT * FROM file('mine.csv')"), [0, '5\n']);
});

test('no password shows in what the scalar function file() can read', async () => {
  const read = async (path: string) => (await ask('hyperdx', server.hyperdxPassword, `SELECT file('${path}')`))[1];
  const config = `${server.dataDirectory}/config`;
  const paths = ['/proc/self/environ', '/proc/self/cmdline', `${config}/config.xml`, `${config}/users.d/click-ai.xml`];
  for (const path of process.platform === 'linux' ? paths : paths.slice(2)) {
    const text = await read(path);
    assert.doesNotMatch(text, /secret/, path);
  }
});

test('queries that take too much memory together fail by themselves, far from the bound that would end the server', async () => {
  const hungry = 'SELECT length(groupArray(randomString(1000))) FROM numbers(1000000)';
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => ask('admin', 'admin <&> secret', hungry, 'max_threads=1')),
  );
  for (const [code, text] of answers) {
    assert.equal(code, MEMORY_LIMIT_EXCEEDED);
    assert.match(text, /\(for user\)|User memory limit/i);
  }
});
