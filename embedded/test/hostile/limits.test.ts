import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hyperdx, startHyperdx } from '../../src/hyperdx/gateway.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { sendTo } from '../hyperdx/http-client.ts';
import { greetNatively, helloNatively, queryPacket } from '../native-client.ts';
import { sendRaw } from '../raw-http.ts';

const LIMITS = { maxRequestBytes: 10_000, requestMillis: 1_500, maxConnections: 12 };

const lines: string[] = [];
let clickhouse: TestClickHouse;
let hyperdx: Hyperdx;
before(async () => {
  mock.method(console, 'error', (line: string) => lines.push(line));
  clickhouse = await startTestClickHouse(LIMITS);
  const { innerUrl } = clickhouse.server;
  hyperdx = await startHyperdx({
    host: '127.0.0.1',
    port: 0,
    clickhouseUrl: innerUrl,
    hyperdxPassword: clickhouse.hyperdxPassword,
    limits: LIMITS,
    allowedHosts: [],
  });
});
after(async () => {
  await hyperdx?.stop();
  await clickhouse?.stop();
  mock.restoreAll();
});

const post = (body: string, headers: Record<string, string> = {}) =>
  sendTo(clickhouse.url, '/', {
    method: 'POST',
    headers: { 'x-clickhouse-user': 'admin', 'x-clickhouse-key': clickhouse.adminPassword, ...headers },
    body,
  });
const ask = (body: string) => sendTo(hyperdx.url, '/query', { method: 'POST', headers: { origin: hyperdx.url }, body });

/** Milliseconds until the other side ends a connection on which `bytes` come one every 50 ms. */
async function lifeOf(port: number, bytes: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  const start = performance.now();
  // Not events.once, which a reset would make reject.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let sent = 0;
  const drip = setInterval(() => socket.write(bytes[sent++] ?? ''), 50);
  await closed;
  clearInterval(drip);
  return performance.now() - start;
}

test('whoever does not say in time what it wants is let go, and nobody else', async () => {
  const httpPort = Number(new URL(clickhouse.url).port);
  const pagePort = Number(new URL(hyperdx.url).port);
  const [idle] = await helloNatively(clickhouse.tcpPort, 'admin', clickhouse.adminPassword);
  const long = post('SELECT sleep(2.5), 17');
  const slow = `POST /query HTTP/1.1\r\nHost: localhost:${pagePort}\r\nX: ${'a'.repeat(200)}`;
  const lives = await Promise.all([
    lifeOf(httpPort, ''),
    lifeOf(httpPort, slow),
    lifeOf(clickhouse.tcpPort, ''),
    lifeOf(clickhouse.tcpPort, '\0\x7fname'),
    lifeOf(pagePort, ''),
    lifeOf(pagePort, slow),
  ]);
  for (const life of lives) assert.ok(life > 1_400 && life < 6_000, `${lives.map(Math.round)}`);
  assert.equal((await long).body, '0\t17\n', 'a statement may last');
  idle.write(queryPacket("SELECT upper('still here')"));
  assert.match(String((await once(idle, 'data'))[0]), /STILL HERE|upper/);
  idle.destroy();
});

test('what is too large is refused, and nothing of it stored', async () => {
  await clickhouse.admin.command({ query: 'CREATE TABLE otel.large (a String) ENGINE = Memory' });
  const insert = `INSERT INTO otel.large FORMAT TSV ${'a\n'.repeat(6_000)}`;
  const told = await post(insert);
  assert.deepEqual(
    { status: told.status, body: told.body },
    { status: 413, body: 'A request may have 10000 bytes; CLICKHOUSE_MAX_REQUEST_BYTES is the limit.\n' },
  );
  const secretly = await post(insert, { 'transfer-encoding': 'chunked' }).catch(() => ({ status: 413 }));
  assert.equal(secretly.status, 413);
  assert.equal((await post('SELECT count() FROM otel.large')).body, '0\n');
  assert.equal((await ask(`SELECT '${'a'.repeat(10_000)}'`)).status, 413);
  assert.equal((await ask('SELECT 1')).body, '1\n');
  const head = `GET / HTTP/1.1\r\nHost: ${new URL(hyperdx.url).host}\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`;
  assert.match(await sendRaw(hyperdx.url, head), /^HTTP\/1\.1 431 /);
});

test('beyond the limit the silent are turned away, with a line: who has spoken lives on, and who comes is served', async () => {
  const places = [
    { name: 'ClickHouse over HTTP', port: Number(new URL(clickhouse.url).port), setting: 'CLICKHOUSE' },
    { name: "ClickHouse's native protocol", port: clickhouse.tcpPort, setting: 'CLICKHOUSE' },
    { name: 'HyperDX', port: Number(new URL(hyperdx.url).port), setting: 'HYPERDX' },
  ];
  const [neighbour] = await helloNatively(clickhouse.tcpPort, 'admin', clickhouse.adminPassword);
  for (const { name, port, setting } of places) {
    lines.length = 0;
    const fates: ('open' | 'closed')[] = [];
    const sockets = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const socket: Socket = connect(port, '127.0.0.1');
        fates[index] = 'open';
        socket
          .on('error', () => {})
          .once('close', () => {
            fates[index] = 'closed';
          });
        await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
        return socket;
      }),
    );
    const countOpen = () => fates.filter((fate) => fate === 'open').length;
    for (let i = 0; countOpen() > 12 && i < 50; i += 1) await sleep(20);
    const open = countOpen();
    assert.ok(open >= 8 && open <= 12, `${name}: ${open} of 40 live`);
    assert.deepEqual(lines, [
      `${name} has 12 clients, as many as it takes: those that say nothing are turned away, then further ones. ${setting}_MAX_CONNECTIONS is the limit.`,
    ]);
    if (name !== 'HyperDX') assert.equal((await post('SELECT 1')).body, '1\n');
    else assert.equal((await fetch(hyperdx.url)).status, 200);
    for (const socket of sockets) socket.destroy();
  }
  neighbour.write(queryPacket("SELECT upper('still here')"));
  assert.match(String((await once(neighbour, 'data'))[0]), /STILL HERE|upper/);
  neighbour.destroy();
  assert.equal(await greetNatively(clickhouse.tcpPort, 'admin', clickhouse.adminPassword), 'ok');
  assert.equal((await ask('SELECT 1')).body, '1\n');
});
