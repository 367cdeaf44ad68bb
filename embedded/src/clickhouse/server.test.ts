import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient } from '@clickhouse/client';
import { freePorts, OPEN_GATES } from '../../test/clickhouse.ts';
import { greetNatively } from '../../test/native-client.ts';
import { type ClickHouse, startClickHouse } from './server.ts';

const passwords = { admin: 'a', collector: 'c', hyperdx: 'h', simulator: 's' };

async function start(dataDirectory: string, host = '127.0.0.1'): Promise<ClickHouse & { httpPort: number }> {
  const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
  return { ...(await startClickHouse({ host, httpPort, tcpPort, dataDirectory, passwords, ...OPEN_GATES })), httpPort };
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-server-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function ask(server: ClickHouse, query: string): Promise<string> {
  const client = createClient({ url: server.url, username: 'admin', password: passwords.admin });
  try {
    return await (await client.query({ query, format: 'TabSeparated' })).text();
  } finally {
    await client.close();
  }
}

async function command(server: ClickHouse, query: string): Promise<void> {
  const client = createClient({ url: server.url, username: 'admin', password: passwords.admin });
  await client.command({ query }).finally(() => client.close());
}

test('what was stored outlives kill -9 and a stop, and the query log works after either', async (t) => {
  const dataDirectory = await temporaryDirectory(t);

  const first = await start(dataDirectory);
  await command(first, "INSERT INTO otel.otel_logs (Timestamp, Body) VALUES (now(), 'before the kill')");
  process.kill(first.pid, 'SIGKILL');
  assert.deepEqual(await first.exited, { code: null, signal: 'SIGKILL', lastLines: '' });
  await first.stop();

  const second = await start(dataDirectory);
  await command(second, "INSERT INTO otel.otel_logs (Timestamp, Body) VALUES (now(), 'before the stop')");
  await command(second, 'SYSTEM FLUSH LOGS');
  assert.match(await ask(second, 'SELECT DISTINCT query_kind FROM system.query_log'), /Insert/);
  await second.stop();
  await second.stop();
  assert.deepEqual(await second.exited, { code: 0, signal: null, lastLines: '' });

  const third = await start(dataDirectory);
  t.after(() => third.stop());
  assert.equal(
    await ask(third, 'SELECT Body FROM otel.otel_logs ORDER BY Timestamp, Body'),
    'before the kill\nbefore the stop\n',
  );
  await command(third, 'SYSTEM FLUSH LOGS');
  assert.match(await ask(third, 'SELECT count() > 0 FROM system.query_log'), /1/);
  assert.equal(
    await ask(third, "SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'"),
    'query_log\n',
  );
});

test('the server stops although a client keeps its connection', async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const server = await start(dataDirectory);
  const client = createClient({ url: server.url, username: 'admin', password: passwords.admin });
  await client.ping();
  const before = performance.now();
  await server.stop();
  assert.ok(performance.now() - before < 9_000);
  assert.ok(existsSync(join(dataDirectory, 'data')));
  await client.close();
});

test('the server stops soon although somebody reads a large answer', async (t) => {
  const server = await start(await temporaryDirectory(t));
  const client = createClient({ url: server.url, username: 'admin', password: passwords.admin, log: { level: 127 } });
  const query = 'SELECT number, randomPrintableASCII(100) FROM numbers(1000000000)';
  const { stream } = await client.exec({ query });
  stream.on('error', () => {}).resume();
  await once(stream, 'data');
  const before = performance.now();
  await server.stop();
  assert.ok(performance.now() - before < 3_000, `${performance.now() - before} ms`);
  assert.deepEqual(await server.exited, { code: 0, signal: null, lastLines: '' });
  await client.close();
});

test("ClickHouse's own ports are where only this machine finds them, whatever the host", async (t) => {
  const server = await start(await temporaryDirectory(t), '0.0.0.0');
  t.after(() => server.stop());
  const { inner } = server;
  assert.equal(await ask(server, "SELECT getServerPort('tcp_port')"), `${inner.nativePort}\n`);
  assert.equal(await dial(inner.host, inner.nativePort), 'connected');
  assert.equal(await dial(inner.host, inner.httpPort), 'connected');
  assert.equal(await dial('127.0.0.1', server.tcpPort), 'connected');
  assert.equal(await (await fetch(`http://127.0.0.1:${server.httpPort}/ping`)).text(), 'Ok.\n');
  // Where Linux has all of 127.0.0.0/8, macOS has one address.
  if (process.platform !== 'linux') return;
  assert.equal(await dial('127.0.0.2', server.tcpPort), 'connected');
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    assert.equal(await dial(host, inner.nativePort), 'ECONNREFUSED');
    assert.equal(await dial(host, inner.httpPort), 'ECONNREFUSED');
  }
});

test('a host of IPv6 serves both protocols, and a path with a quote holds the data', async (t) => {
  const dataDirectory = join(await temporaryDirectory(t), "it's a path");
  const server = await start(dataDirectory, '::1');
  t.after(() => server.stop());
  assert.equal(await (await fetch(`http://[::1]:${server.httpPort}/ping`)).text(), 'Ok.\n');
  assert.equal(await greetNatively(server.tcpPort, 'admin', passwords.admin, '::1'), 'ok');
});

test('a start that is called off ends the server before it is ready', async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
  const stop = AbortSignal.timeout(50);
  const options = { host: '127.0.0.1', httpPort, tcpPort, dataDirectory, passwords, stop, ...OPEN_GATES };
  await assert.rejects(startClickHouse(options), { name: 'TimeoutError' });
  assert.equal(await dial('127.0.0.1', httpPort), 'ECONNREFUSED');
  assert.equal(await dial('127.0.0.1', tcpPort), 'ECONNREFUSED');
});

/** `connected`, or the code of the error. */
async function dial(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => 'connected'),
    once(socket, 'close').then(() => 'closed'),
  ]).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
  socket.destroy();
  return outcome;
}
