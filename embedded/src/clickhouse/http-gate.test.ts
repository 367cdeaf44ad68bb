// Long because all of its tests share one ClickHouse: a second file would start another.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { freePorts, OPEN_GATES, startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { sendTo } from '../../test/hyperdx/http-client.ts';
import { rawHttp, sendRaw } from '../../test/raw-http.ts';
import { startHttpGate } from './http-gate.ts';

let server: TestClickHouse;
let authorization: string;
let host: string;
before(async () => {
  server = await startTestClickHouse();
  authorization = `Basic ${Buffer.from(`admin:${server.adminPassword}`).toString('base64')}`;
  host = new URL(server.url).host;
});
after(() => server.stop());

const post = (body: string | Buffer, headers: Record<string, string> = {}, path = '/') =>
  sendTo(server.url, path, { method: 'POST', headers: { authorization, ...headers }, body });

/** The head of a request as curl sends it. */
const head = (first: string, ...headers: string[]) =>
  `${[first, `Host: ${host}`, `Authorization: ${authorization}`, ...headers].join('\r\n')}\r\n\r\n`;

test('clients that are no browsers are served under every name of this machine, ClickHouse’s own page too', async () => {
  const port = host.split(':')[1];
  for (const name of [host, `LOCALHOST:${port}`, 'localhost', `[::1]:${port}`, 'localhost:18123']) {
    assert.deepEqual((await post('SELECT 7', { host: name })).body, '7\n', name);
  }
  const page = { origin: `http://localhost:${port}`, host: `localhost:${port}`, 'sec-fetch-site': 'same-origin' };
  assert.equal((await post('SELECT 7', page)).body, '7\n');
  const typed = await sendTo(server.url, '/play', { headers: { 'sec-fetch-site': 'none' } });
  assert.equal(typed.status, 200);
});

test('a foreign web page sends nothing: by form, fetch, image, link or a name bound to this machine', async () => {
  const credentials = `?user=admin&password=${encodeURIComponent(server.adminPassword)}`;
  const sql = 'CREATE TABLE otel.planted (a UInt8) ENGINE = Memory';
  const path = `/${credentials}&query=${encodeURIComponent(sql)}`;
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    { origin: 'null' },
    { origin: `https://${host}` },
    { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    { host: 'rebound.example', origin: 'http://rebound.example', 'sec-fetch-site': 'same-origin' },
    { host: `rebound.example:${host.split(':')[1]}` },
    { host: 'localhost.evil.example' },
    { host: 'localhost@evil.example' },
    { host: 'localhost.' },
  ];
  for (const headers of foreign) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { status, body } = await sendTo(server.url, path, { method, headers, body: '' });
      assert.equal(status, 403, `${method} ${JSON.stringify(headers)}: ${body}`);
      assert.match(body, /^ClickHouse (takes no requests|is not served under the host)[^\n]*\n$/);
    }
  }
  const preflight = await sendTo(server.url, path, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } });
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  assert.equal((await post("SELECT count() FROM system.tables WHERE name = 'planted'")).body, '0\n');
});

test('the second request of a connection is checked like the first, when that has been answered', async () => {
  const answer = await sendRaw(
    server.url,
    head('POST / HTTP/1.1', 'Content-Length: 26') +
      'SELECT sleep(0.5), 1234567' +
      head('GET /?query=SELECT%207654321 HTTP/1.1', 'Origin: http://evil.example'),
  );
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n.*1234567\n.*HTTP\/1\.1 403 Forbidden\r\n.*web pages of other origins/s);
  assert.doesNotMatch(answer, /7654321/);
});

test('no request hides in another’s body, however that is framed', async () => {
  const hidden = head('GET /?query=SELECT%207654321 HTTP/1.1', 'Origin: http://evil.example');
  const ways = [
    `${head('POST / HTTP/1.1', 'Content-Length: 8', 'Content-Length: 0')}SELECT 1${hidden}`,
    head('POST / HTTP/1.1', 'Content-Length: 0, 8') + hidden,
    head('POST / HTTP/1.1', 'Content-Length: +0') + hidden,
    `${head('POST / HTTP/1.1', 'Content-Length: 8', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: xchunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding:\x0bchunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.0', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding : chunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'X: y', ' Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'X: y\nTransfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'X: y\rTransfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}0\r\nX: y\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}8;a=b\r\nSELECT 1\r\n0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}8\r\nSELECT 1GET / HTTP/1.1\r\n0\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}-1\r\n\r\n${hidden}`,
    `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}fffffffffffffffff\r\n\r\n${hidden}`,
    head('POST / HTTP/1.1') + hidden,
  ];
  for (const way of ways) {
    const answer = await sendRaw(server.url, way);
    assert.match(answer, /HTTP\/1\.1 4\d\d /, JSON.stringify(way.slice(-300)));
    assert.doesNotMatch(answer, /7654321/, JSON.stringify(way.slice(-300)));
  }
});

test('heads that cannot be read for certain are refused in a line', async () => {
  const refused: [bytes: string, status: number][] = [
    [`GET http://${host}/?query=SELECT%201 HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400],
    [`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nOrigin: http://evil.example\r\n\r\n`, 400],
    [`GET /\0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400],
    [`GET /a b HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\0b\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'a'.repeat(300_000)}\r\n\r\n`, 431],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n', 400],
  ];
  for (const [bytes, status] of refused) {
    const answer = await sendRaw(server.url, bytes);
    assert.match(
      answer,
      new RegExp(`^HTTP/1\\.1 ${status} [^\\n]+\\r\\n.*\\r\\n\\r\\n[^\\n]+\\n$`, 's'),
      bytes.slice(0, 60),
    );
  }
  assert.equal((await post('SELECT 1')).body, '1\n');
});

test('what ClickHouse takes goes through as it is: chunks, gzip, Expect, pieces, a file beside the query', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `${i}\n`).join('');
  await server.admin.command({ query: 'CREATE TABLE otel.through (a UInt32) ENGINE = Memory' });
  const path = `/?query=${encodeURIComponent('INSERT INTO otel.through FORMAT TSV')}`;
  assert.equal((await post(rows, {}, path)).status, 200);
  assert.equal((await post(gzipSync(rows), { 'content-encoding': 'gzip' }, path)).status, 200);
  assert.equal((await post(rows, { 'transfer-encoding': 'chunked' }, path)).status, 200);
  assert.equal((await post('SELECT count(), sum(a) FROM otel.through')).body, '600000\t59999700000\n');

  const expecting = rawHttp(server.url);
  expecting.write(head('POST / HTTP/1.1', 'Content-Length: 8', 'Expect: 100-continue'));
  await expecting.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  expecting.write('SELECT 1');
  assert.match(await expecting.ended, /HTTP\/1\.1 200 OK\r\n.*\r\n1\n/s);

  const raw = rawHttp(server.url);
  raw.socket.setNoDelay();
  for (const byte of `${head('POST / HTTP/1.1', 'Content-Length: 9')}SELECT 21${head('GET /?query=SELECT%2022 HTTP/1.1')}`) {
    raw.write(byte);
    if (byte === '\r' || byte === ' ') await sleep(1);
  }
  await raw.until(/\r\n21\n.*\r\n22\n/s);
  raw.socket.destroy();

  const form = '--b\r\nContent-Disposition: form-data; name="t"; filename="t"\r\n\r\n5\n6\n\r\n--b--\r\n';
  const type = { 'content-type': 'multipart/form-data; boundary=b' };
  const query = `/?t_structure=${encodeURIComponent('a UInt8')}&query=${encodeURIComponent('SELECT sum(a) FROM t')}`;
  assert.equal((await post(form, type, query)).body, '11\n');
});

test('progress is told while a query runs', async () => {
  const raw = rawHttp(server.url);
  const settings = 'send_progress_in_http_headers=1&http_headers_progress_interval_ms=50&max_block_size=1';
  const sql = 'SELECT 15 + sum(sleepEachRow(0.1)) FROM numbers(10) FORMAT TSV';
  raw.write(head(`POST /?${settings} HTTP/1.1`, `Content-Length: ${sql.length}`) + sql);
  const early = await raw.until(/X-ClickHouse-Progress/);
  assert.doesNotMatch(early, /\r\n\r\n/, 'the head is not complete, and some of it is here');
  assert.match(await raw.until(/\r\n15\n/), /^HTTP\/1\.1 200 OK/);
  raw.socket.destroy();
});

test('a client that goes away takes its query along, in the middle of an answer or before', async () => {
  const sql = 'SELECT number, randomString(100) FROM numbers(1000000000)';
  const answering = rawHttp(server.url);
  answering.write(head('POST / HTTP/1.1', `Content-Length: ${sql.length}`) + sql);
  await once(answering.socket, 'data');
  answering.socket.resetAndDestroy();

  const silent = rawHttp(server.url);
  const slow = 'SELECT sum(sleepEachRow(0.5)), any(randomString(100)) FROM numbers(100) SETTINGS max_block_size = 1';
  const settings = 'cancel_http_readonly_queries_on_client_close=1&readonly=2';
  silent.write(head(`POST /?${settings} HTTP/1.1`, `Content-Length: ${slow.length}`) + slow);
  const running =
    "SELECT count() FROM system.processes WHERE query LIKE '%randomString(100)%' AND query NOT LIKE '%processes%'";
  const until = async (count: string) => {
    for (let i = 0; (await post(running)).body !== `${count}\n`; i += 1) {
      assert.ok(i < 100, `${count} queries expected`);
      await sleep(50);
    }
  };
  await until('1');
  silent.socket.destroy();
  await until('0');
});

/** A gate before a server in ClickHouse's place. */
async function gateOf(t: TestContext, endSelect: (fromPort: number) => void = () => {}) {
  const clickhouse = createServer({ allowHalfOpen: true });
  await once(clickhouse.listen(0, '127.0.0.1'), 'listening');
  const [port] = (await freePorts(1)) as [number];
  const gate = await startHttpGate({
    ...OPEN_GATES,
    host: '127.0.0.1',
    port,
    inner: { host: '127.0.0.1', httpPort: (clickhouse.address() as AddressInfo).port, nativePort: 0 },
    endSelect,
  });
  t.after(async () => {
    await gate.stop();
    clickhouse.close();
  });
  const ask = (text: string) => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  return { clickhouse, port, ask };
}

test('a client that goes away leaves ClickHouse in order: it hears that nothing more comes, and can say all', async (t) => {
  const ended: number[] = [];
  const { clickhouse, port, ask } = await gateOf(t, (fromPort) => ended.push(fromPort));
  const client = connect(port, '127.0.0.1').pause();
  client.write(ask('SELECT 1'));
  const [socket] = await once(clickhouse, 'connection');
  await once(socket, 'data');
  socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
  const said = new Promise((taken) => socket.write(Buffer.alloc(20_000_000, 'row '), taken));
  const heard = once(socket, 'end');
  assert.equal(await Promise.race([said, sleep(300, 'waits for the client')]), 'waits for the client');
  client.resetAndDestroy();
  await Promise.all([said, heard]);
  assert.deepEqual(ended, []);
  await sleep(600);
  assert.deepEqual(ended, [socket.remotePort], 'half a second later, what ClickHouse goes on with is ended');
  socket.end();
});

test('in line, one who has gone is forgotten, and one who has said all gets an answer', async (t) => {
  const { clickhouse, port, ask } = await gateOf(t);
  const reached: string[] = [];
  const held: Socket[] = [];
  clickhouse.on('connection', (socket) => {
    held.push(socket.on('error', () => {}));
    socket.once('data', (bytes) => reached.push(String(bytes).split('\r\n\r\n')[1] ?? ''));
  });
  const base = `http://127.0.0.1:${port}`;
  const first = Array.from({ length: 128 }, () => rawHttp(base));
  for (const client of first) client.write(ask('first'));
  while (reached.length < 128) await sleep(10);

  const gone = rawHttp(base);
  gone.write(ask('gone'));
  const waits = rawHttp(base);
  waits.socket.end(ask('waits'));
  await sleep(100);
  gone.socket.resetAndDestroy();
  await sleep(100);
  assert.equal(reached.length, 128);
  for (const socket of held.splice(0, 2)) socket.end();
  while (reached.length < 129) await sleep(10);
  held.at(-1)!.end('the answer');
  assert.equal(await waits.ended, 'the answer');
  assert.deepEqual(reached.slice(128), ['waits']);
  for (const { socket } of first) socket.destroy();
  for (const socket of held) socket.end();
});

test('clients that keep connections they do not use make room within seconds', async () => {
  const idle = Array.from({ length: 128 }, () => rawHttp(server.url));
  for (const client of idle) client.write(`${head('POST / HTTP/1.1', 'Content-Length: 8')}SELECT 1`);
  await Promise.all(idle.map((client) => client.until(/\r\n1\n/)));
  const before = performance.now();
  assert.equal((await post('SELECT 2')).body, '2\n');
  assert.ok(performance.now() - before < 5_000);
  for (const { socket } of idle) socket.destroy();
});

test('clients that send bodies at a trickle make room for who waits, and nothing of theirs is kept', async () => {
  await server.admin.command({ query: 'CREATE TABLE otel.trickled (a String) ENGINE = Memory' });
  const path = `/?query=${encodeURIComponent('INSERT INTO otel.trickled FORMAT TSV')}`;
  const slow = Array.from({ length: 128 }, () => rawHttp(server.url));
  for (const client of slow) client.write(head(`POST ${path} HTTP/1.1`, 'Content-Length: 100000'));
  const trickle = setInterval(() => slow.forEach((client) => void client.write('a\n')), 100);
  try {
    await sleep(300);
    const before = performance.now();
    assert.equal((await post('SELECT 2')).body, '2\n');
    assert.ok(performance.now() - before < 8_000);
    assert.match(
      await Promise.any(slow.map((client) => client.ended)),
      /^HTTP\/1\.1 408 .*\n[^\n]*1 kB a second[^\n]*\n$/s,
    );
    assert.equal((await post('SELECT count() FROM otel.trickled')).body, '0\n');
  } finally {
    clearInterval(trickle);
    for (const { socket } of slow) socket.destroy();
  }
});

test('more clients than ClickHouse can answer at a time wait in line', async () => {
  const answers = Promise.all(Array.from({ length: 180 }, () => post('SELECT sleep(1)')));
  await sleep(900);
  const path = `/?query=${encodeURIComponent("SELECT value FROM system.metrics WHERE metric = 'HTTPConnection'")}`;
  const connections = await sendTo(server.server.innerUrl, path, { headers: { authorization } });
  assert.ok(Number(connections.body) > 100 && Number(connections.body) < 140, connections.body);
  for (const { status, body } of await answers) assert.deepEqual([status, body], [200, '0\n']);
});

test('a client that shuts its sending side down still gets its answer', async () => {
  const raw = rawHttp(server.url);
  raw.socket.end(`${head('POST / HTTP/1.1', 'Content-Length: 21', 'Connection: close')}SELECT sleep(0.3), 42`);
  assert.match(await raw.ended, /0\t42\n/);
});

test('with ClickHouse gone, requests are told to come again', async () => {
  process.kill(server.server.pid, 'SIGKILL');
  await server.server.exited;
  const { status, headers, body } = await post('SELECT 1');
  assert.deepEqual([status, headers['retry-after']], [503, '2']);
  assert.equal(body, 'ClickHouse does not answer: it is starting, or was killed. Try again.\n');
});
