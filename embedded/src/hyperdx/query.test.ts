import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OPEN_GATES, startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { sendTo } from '../../test/hyperdx/http-client.ts';
import { type Hyperdx, startHyperdx } from './gateway.ts';
import { readContent } from './shipped-content.ts';

let clickhouse: TestClickHouse;
let hyperdx: Hyperdx;
let origin: string;

before(async () => {
  clickhouse = await startTestClickHouse();
  hyperdx = await start(clickhouse.url);
  origin = hyperdx.url;
});

after(async () => {
  await hyperdx?.stop();
  await clickhouse?.stop();
});

test('a query of the page is answered as the user hyperdx', async () => {
  assert.deepEqual(await query('SELECT currentUser()'), { status: 200, body: 'hyperdx\n' });
  const named = await query('SELECT {x:String}', '?param_x=file&default_format=JSONEachRow&query_id=of-the-page');
  assert.deepEqual(named, { status: 200, body: `{"'file'":"file"}\n` });
});

test('whoever asks, it is hyperdx: credentials and sessions that come along are left behind', async () => {
  const password = encodeURIComponent(clickhouse.adminPassword);
  const urls = [
    `?user=admin&password=${password}`,
    '?role=admin',
    '?session_id=mine&session_timeout=60',
    '?database=system',
    '?quota_key=x',
    '?query=SELECT%20%27not%20this%27%20UNION%20ALL',
    '?readonly=0',
    '?dialect=kusto',
  ];
  for (const url of urls) {
    assert.deepEqual(await query('SELECT currentUser()', url), { status: 200, body: 'hyperdx\n' }, url);
  }
  const basic = `Basic ${Buffer.from(`admin:${clickhouse.adminPassword}`).toString('base64')}`;
  const headers = {
    authorization: basic,
    'x-clickhouse-user': 'admin',
    'x-clickhouse-key': clickhouse.adminPassword,
    'x-clickhouse-database': 'system',
    'x-forwarded-for': '10.0.0.1',
  };
  assert.deepEqual(await query('SELECT currentUser()', '', headers), { status: 200, body: 'hyperdx\n' });
});

test('nothing is written, created or read beyond the telemetry', async () => {
  const refused = [
    "INSERT INTO otel.otel_logs (Body) VALUES ('mine')",
    'INSERT INTO otel.otel_logs SELECT * FROM otel.otel_logs',
    'CREATE TABLE otel.mine (a UInt8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE mine (a UInt8)',
    'DROP TABLE otel.otel_logs',
    'TRUNCATE TABLE otel.otel_logs',
    'ALTER TABLE otel.otel_logs DELETE WHERE 1',
    'SYSTEM FLUSH LOGS',
    'SELECT * FROM otel.incidents',
    'SELECT * FROM system.users',
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
    'SELECT 1 SETTINGS readonly = 0, max_memory_usage = 0',
    "SELECT file('/etc/hostname')",
    "SELECT 1 INTO OUTFILE '/tmp/mine'",
  ];
  for (const sql of refused) {
    const { status, body } = await query(sql);
    assert.notEqual(status, 200, `${sql} was answered: ${body}`);
  }
});

test('a foreign page gets neither an answer nor a permission to ask', async () => {
  const asked = await sendTo(origin, '/query', {
    method: 'POST',
    headers: { origin: 'http://evil.example' },
    body: 'SELECT 1',
  });
  assert.equal(asked.status, 403);
  assert.match(
    asked.body,
    /^Queries are taken from HyperDX's own pages only, this one came from "http:\/\/evil.example"/,
  );
  const plain = await sendTo(origin, '/query', { method: 'POST', body: 'SELECT 1' });
  assert.equal(plain.status, 403);
  const preflight = await sendTo(origin, '/query', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } });
  assert.equal(preflight.status, 403);
  const ours = await sendTo(origin, '/query?add_http_cors_header=1', {
    method: 'POST',
    headers: { origin },
    body: 'SELECT 1',
  });
  assert.equal(ours.status, 200);
  assert.deepEqual(
    Object.keys(ours.headers).filter((name) => name.startsWith('access-control-')),
    [],
  );
});

test('only text of a bounded length is taken for a query', async () => {
  const post = (headers: OutgoingHttpHeaders, body: string | Buffer) =>
    sendTo(origin, '/query', { method: 'POST', headers: { origin, ...headers }, body });
  assert.equal((await sendTo(origin, '/query?query=SELECT%201', { headers: { origin } })).status, 405);
  assert.equal((await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'query=SELECT 1')).status, 415);
  assert.equal((await post({ 'content-type': 'multipart/form-data; boundary=x' }, '--x--')).status, 415);
  assert.equal((await post({ 'content-encoding': 'gzip' }, 'SELECT 1')).status, 415);
  assert.equal((await post({}, Buffer.from([0x53, 0xff]))).status, 400);
  const long = await post({}, `SELECT '${'a'.repeat(1_100_000)}'`);
  assert.equal(long.status, 413);
  assert.match(long.body, /longer than 1048576 bytes/);
});

test('errors of a query reach the page as ClickHouse says them', async () => {
  const { status, body } = await query('SELECT nothing_of_that_name');
  assert.equal(status, 404);
  assert.match(body, /Unknown expression identifier `nothing_of_that_name`/);
});

test('the page may ask for the columns of a subquery', async () => {
  const answer = await query('DESCRIBE {a:Identifier}.{b:Identifier} \nFORMAT JSON', '?param_a=&param_b=Bucketed');
  assert.deepEqual(answer, { status: 200, body: '{"meta":[],"data":[],"rows":0}\n' });
});

test('every expression of the sources is one of their tables', async () => {
  const { body } = await sendTo(origin, '/__ENV.js');
  const literal = /DEFAULT_SOURCES: JSON\.stringify\((\[.*\])\),\n/.exec(body)?.[1] ?? '[]';
  const sources: Record<string, unknown>[] = JSON.parse(literal);
  assert.equal(sources.length, 3);
  for (const source of sources) {
    const expressions = Object.entries(source).filter(([key]) => key.endsWith('Expression'));
    const { databaseName, tableName } = source.from as { databaseName: string; tableName: string };
    const tables = tableName === '' ? Object.values(source.metricTables as Record<string, string>) : [tableName];
    for (const table of tables) {
      for (const [key, expression] of expressions) {
        const { status, body } = await query(`SELECT ${expression} FROM ${databaseName}.${table} LIMIT 0`);
        assert.equal(status, 200, `${source.name}.${key} on ${table}: ${body}`);
      }
    }
  }
});

test('every SQL of the dashboards is understood', async () => {
  const statements = readContent().dashboards.flatMap(({ id, tiles }) => {
    assert.ok(Array.isArray(tiles), id);
    return tiles.flatMap(({ config }) => (config.configType === 'sql' ? [[config.name, config.sqlTemplate]] : []));
  });
  assert.ok(statements.length > 10);
  for (const [name, template] of statements) {
    const sql = template
      .replaceAll(/\$__timeFilter\((\w+)\)/g, '$1 > now() - 900')
      .replaceAll(/\$__timeInterval\((\w+)\)/g, 'toStartOfInterval(toDateTime($1), INTERVAL 15 second)')
      .replaceAll('$__interval_s', '15')
      .replaceAll('$__filters', '1');
    const { status, body } = await query(sql);
    assert.equal(status, 200, `${name}: ${body}`);
  }
});

test('a page that goes away takes its query along', async () => {
  const abandoned = Promise.withResolvers<void>();
  const upstream = createServer((incoming) => incoming.socket.on('end', () => abandoned.resolve()));
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  const gateway = await start(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  const outgoing = request(`${gateway.url}/query`, { method: 'POST', headers: { origin: gateway.url } });
  outgoing.on('error', () => {});
  outgoing.end('SELECT sleep(3)');
  const [incoming] = await once(upstream, 'request');
  assert.equal(incoming.headers['x-clickhouse-user'], 'hyperdx');
  outgoing.destroy();
  await abandoned.promise;
  await gateway.stop();
  upstream.close();
});

test('ClickHouse ends the query of a page that went away', async () => {
  const sql = 'SELECT sum(sleepEachRow(0.1)) FROM numbers(250) SETTINGS max_block_size = 1';
  const outgoing = request(`${origin}/query`, { method: 'POST', headers: { origin } });
  outgoing.on('error', () => {});
  outgoing.end(sql);
  await runningQueries('1');
  outgoing.destroy();
  await runningQueries('0');
});

/** Resolves when so many queries of the page run. */
async function runningQueries(count: string): Promise<void> {
  const query = "SELECT count() FROM system.processes WHERE user = 'hyperdx'";
  for (let i = 0; i < 60; i += 1) {
    const found = await (await clickhouse.admin.query({ query, format: 'TabSeparated' })).text();
    if (found === `${count}\n`) return;
    await sleep(50);
  }
  assert.fail(`${count} queries expected`);
}

async function start(clickhouseUrl: string, port = 0): Promise<Hyperdx> {
  return startHyperdx({
    host: '127.0.0.1',
    port,
    clickhouseUrl,
    hyperdxPassword: clickhouse.hyperdxPassword,
    ...OPEN_GATES,
    limits: { ...OPEN_GATES.limits, maxRequestBytes: 1_048_576 },
  });
}

async function query(sql: string, parameters = '', headers: OutgoingHttpHeaders = {}) {
  const { status, body } = await sendTo(origin, `/query${parameters}`, {
    method: 'POST',
    headers: { origin, ...headers },
    body: sql,
  });
  return { status, body };
}
