import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ClickHouse, startClickHouse } from '../../src/clickhouse/server.ts';
import { freePorts, OPEN_GATES } from '../clickhouse.ts';
import { sendTo } from '../hyperdx/http-client.ts';

const RULES = join(import.meta.dirname, '../../../docker/clickhouse-http.xml');

let clickhouse: ClickHouse;
let dataDirectory: string;
before(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'click-ai-rules-'));
  await mkdir(join(dataDirectory, 'config/config.d'), { recursive: true });
  await copyFile(RULES, join(dataDirectory, 'config/config.d/rules.xml'));
  const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
  const passwords = { admin: 'a', collector: 'c', hyperdx: 'h', simulator: 's' };
  clickhouse = await startClickHouse({ host: '127.0.0.1', httpPort, tcpPort, dataDirectory, passwords, ...OPEN_GATES });
});
after(async () => {
  await clickhouse?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

/** The server with Docker's rules, without the gate that stands before the embedded one. */
const ask = (method: string, headers: Record<string, string>) =>
  sendTo(clickhouse.innerUrl, '/?user=admin&password=a&query=SELECT%2042', { method, headers, body: '' });

test('in Docker, too, a foreign web page sends nothing', async () => {
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
    { origin: 'null' },
    { origin: 'http://evil.example' },
    { origin: 'http://1.2.3.4.evil.example:8123' },
    { origin: 'https://localhost' },
    { host: 'rebound.example' },
    { host: 'rebound.example:8123', origin: 'http://rebound.example:8123', 'sec-fetch-site': 'same-origin' },
    { host: '127.0.0.1.rebound.example:8123' },
    { host: 'localhost.' },
  ];
  for (const headers of foreign) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { status, body } = await ask(method, headers);
      assert.equal(status, 403, `${method} ${JSON.stringify(headers)}`);
      assert.match(body, /^ClickHouse (takes no requests|is served under names without a dot)[^\n]*\n$/);
    }
  }
});

test('in Docker, clients, other containers and ClickHouse’s own page are served as ever', async () => {
  for (const host of [
    'localhost:8123',
    '127.0.0.1:8123',
    '[::1]:8123',
    'clickhouse:8123',
    '0a1b2c3d4e5f:8123',
    '192.168.1.5:8123',
  ]) {
    for (const method of ['GET', 'POST']) assert.equal((await ask(method, { host })).body, '42\n', host);
    const own = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    assert.equal((await ask('POST', own)).body, '42\n', host);
  }
  for (const path of ['/ping', '/play', '/dashboard']) {
    assert.equal(
      (await sendTo(clickhouse.innerUrl, path, { headers: { 'sec-fetch-site': 'none' } })).status,
      200,
      path,
    );
  }
});
