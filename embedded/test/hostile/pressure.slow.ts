import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../src/config.ts';
import { type Hyperdx, startHyperdx } from '../../src/hyperdx/gateway.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { sendTo } from '../hyperdx/http-client.ts';
import { greetNatively, helloNatively, queryPacket } from '../native-client.ts';
import { rawHttp } from '../raw-http.ts';

/** The gates are in this process: what it takes above the start is what they take. */
const MAX_GROWTH_BYTES = 250e6;

const { limits } = readConfig({});
let clickhouse: TestClickHouse;
let hyperdx: Hyperdx;
before(async () => {
  mock.method(console, 'error', () => {});
  clickhouse = await startTestClickHouse(limits.clickhouse);
  hyperdx = await startHyperdx({
    host: '127.0.0.1',
    port: 0,
    clickhouseUrl: clickhouse.server.innerUrl,
    hyperdxPassword: clickhouse.hyperdxPassword,
    limits: limits.hyperdx,
    allowedHosts: [],
  });
});
after(async () => {
  await hyperdx?.stop();
  await clickhouse?.stop();
  mock.restoreAll();
});

const credentials = () => ({ 'x-clickhouse-user': 'admin', 'x-clickhouse-key': clickhouse.adminPassword });
const post = (body: string) =>
  sendTo(clickhouse.url, '/', { method: 'POST', headers: { ...credentials(), connection: 'close' }, body });
const ask = (body: string) => sendTo(hyperdx.url, '/query', { method: 'POST', headers: { origin: hyperdx.url }, body });

function head(path: string, length: number, ...headers: string[]): string {
  const given = Object.entries(credentials()).map(([name, value]) => `${name}: ${value}`);
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(clickhouse.url).host}`,
    `Content-Length: ${length}`,
    ...given,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

async function assertAllServe(): Promise<void> {
  assert.equal((await post('SELECT 1')).body, '1\n');
  assert.equal((await ask('SELECT 1')).body, '1\n');
  assert.equal(await greetNatively(clickhouse.tcpPort, 'admin', clickhouse.adminPassword), 'ok');
}

/** Within ten seconds: a server notices an end when it next reads or writes. The server's own query, which lasts as long as it, has no user. */
async function noQueryLeft(): Promise<void> {
  const sql = "SELECT count() FROM system.processes WHERE user = 'admin' AND query NOT LIKE '%system.processes%'";
  for (let i = 0; (await post(sql)).body !== '0\n'; i += 1) {
    assert.ok(i < 100, 'queries whose clients are gone still run');
    await sleep(100);
  }
}

test('three thousand connections that say nothing, or half a head, leave everybody else served', async () => {
  const before = process.memoryUsage().rss;
  const [neighbour] = await helloNatively(clickhouse.tcpPort, 'admin', clickhouse.adminPassword);
  // Who has said something is no silent one, which make room for others.
  const page = rawHttp(hyperdx.url);
  const request = `GET /__ENV.js HTTP/1.1\r\nHost: ${new URL(hyperdx.url).host}\r\n\r\n`;
  page.write(request);
  await page.until(/^HTTP\/1\.1 200 OK/);
  const ports = [Number(new URL(clickhouse.url).port), clickhouse.tcpPort, Number(new URL(hyperdx.url).port)];
  const sockets: Socket[] = [];
  for (let i = 0; i < 1_000; i += 1) {
    for (const port of ports) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      if (i % 2 === 0)
        socket.write(`POST / HTTP/1.1\r\nX: ${'a'.repeat(8_000)}`.slice(port === clickhouse.tcpPort ? 99_999 : 0));
      sockets.push(socket);
    }
    if (i % 50 === 0) await sleep(10);
  }
  await sleep(500);
  neighbour.write(queryPacket("SELECT upper('still here')"));
  assert.match(String((await once(neighbour, 'data'))[0]), /STILL HERE|upper/);
  page.write(request);
  await page.until(/^HTTP\/1\.1 200 OK[\s\S]*^HTTP\/1\.1 200 OK/m);
  assert.ok(process.memoryUsage().rss - before < MAX_GROWTH_BYTES);
  for (const socket of [...sockets, neighbour, page.socket]) socket.destroy();
  await sleep(200);
  await assertAllServe();
});

test('heads and bodies without an end take no more memory than the limits say', async () => {
  const before = process.memoryUsage().rss;
  const sockets = Array.from({ length: 200 }, () => rawHttp(clickhouse.url));
  for (const { socket } of sockets) await once(socket, 'connect');
  const endless = Buffer.alloc(64 * 1024, 'a');
  for (const raw of sockets) raw.write('GET /');
  for (let i = 0; i < 40; i += 1) {
    for (const { socket } of sockets) if (!socket.destroyed && !socket.writableNeedDrain) socket.write(endless);
    await sleep(5);
  }
  const growth = process.memoryUsage().rss - before;
  assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes`);
  for (const raw of sockets) await raw.ended;
  await assertAllServe();
});

test('hundreds of queries whose clients go away, packed or not, pile up nowhere and end nobody', async () => {
  const big = 'SELECT number, randomPrintableASCII(200) FROM numbers(3000000) SETTINGS max_block_size = 2000';
  const encodings = ['identity', 'gzip', 'deflate', 'br', 'zstd', 'lz4', 'snappy', 'bz2', 'xz'];
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(
      encodings.map(async (encoding, index) => {
        const raw = rawHttp(clickhouse.url);
        const path = index % 3 === 0 ? '/?compress=1' : '/?enable_http_compression=1';
        raw.write(head(path, big.length, `Accept-Encoding: ${encoding}`) + big);
        await Promise.race([once(raw.socket, 'data'), sleep(1_000)]);
        await sleep((round * 7 + index * 3) % 40);
        if (round % 2 === 0) raw.socket.resetAndDestroy();
        else raw.socket.destroy();
      }),
    );
  }
  await noQueryLeft();
  await assertAllServe();

  for (let round = 0; round < 60; round += 1) {
    const [socket] = await helloNatively(clickhouse.tcpPort, 'admin', clickhouse.adminPassword);
    socket.on('error', () => {});
    socket.write(queryPacket(big));
    await sleep(round % 20);
    if (round % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  await noQueryLeft();
  await assertAllServe();
});
