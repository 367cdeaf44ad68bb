import assert from 'node:assert/strict';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { after, before, mock, test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { type Hyperdx, startHyperdx } from '../../src/hyperdx/gateway.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';

/** Connections that were closed at once ended the server within 4 s of the files, within 16 s of the answers of 8123. */
const MILLIS = 20_000;
const AT_A_TIME = 6;
const SQL = 'SELECT number, randomPrintableASCII(100) FROM numbers(20000)';

const { limits } = readConfig({});
let clickhouse: TestClickHouse;
let hyperdx: Hyperdx;
let files: string[];
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
  const page = await (await fetch(`${hyperdx.url}/clickstack/search`)).text();
  files = [...page.matchAll(/\/clickstack\/_next\/static\/[^"'\\]+\.js/g)].map(([path]) => path);
});
after(async () => {
  await hyperdx?.stop();
  await clickhouse?.stop();
  mock.restoreAll();
});

interface Sent {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
}

const GET: Sent = { method: 'GET', headers: {} };

/** Asks, and goes away before the answer or somewhere in it, or hears all of it; resolves with the status, if it came to that. */
function askAndLeave(url: string, { method, headers, body }: Sent): Promise<number | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method, headers, agent: false });
    outgoing.on('error', () => {});
    let status: number | undefined;
    outgoing.on('close', () => resolve(status));
    outgoing.on('response', (response) => {
      status = response.statusCode;
      response.on('error', () => {});
      response.on('data', () => Math.random() < 0.5 && outgoing.destroy());
    });
    outgoing.end(body);
    // Most leave within a few milliseconds, as many as a file takes; some stay as long as an answer to a query takes on a busy machine.
    setTimeout(() => outgoing.destroy(), 600 * Math.random() ** 8);
  });
}

async function assertOutlived(ask: (nth: number) => Promise<number | undefined>): Promise<void> {
  const end = Date.now() + MILLIS;
  let asked = 0;
  let answered = 0;
  while (Date.now() < end) {
    const statuses = await Promise.all(Array.from({ length: AT_A_TIME }, () => ask(asked++)));
    answered += statuses.filter((status) => status === 200).length;
  }
  assert.ok(answered > 20, `${answered} of ${asked} were answered`);
  const exit = await Promise.race([clickhouse.server.exited, 'runs']);
  assert.equal(exit, 'runs');
  assert.equal((await fetch(`${clickhouse.url}/ping`)).status, 200);
}

test('readers of HyperDX’s files', async () => {
  await assertOutlived((nth) => askAndLeave(`${hyperdx.url}${files[nth % files.length]}`, GET));
});

test('those that ask for nothing but the heads of these files', async () => {
  await assertOutlived((nth) => askAndLeave(`${hyperdx.url}${files[nth % files.length]}`, { ...GET, method: 'HEAD' }));
});

test('readers of the same files from ClickHouse', async () => {
  await assertOutlived((nth) => askAndLeave(`${clickhouse.url}${files[nth % files.length]}`, GET));
});

test('pages of HyperDX with queries', async () => {
  const query = { method: 'POST', headers: { origin: hyperdx.url }, body: SQL };
  await assertOutlived(() => askAndLeave(`${hyperdx.url}/query`, query));
});

test('clients of ClickHouse, packed answers or not', async () => {
  const credentials = { 'x-clickhouse-user': 'admin', 'x-clickhouse-key': clickhouse.adminPassword };
  await assertOutlived((nth) => {
    const headers = { ...credentials, 'accept-encoding': nth % 2 === 0 ? 'gzip' : 'identity' };
    return askAndLeave(`${clickhouse.url}/?enable_http_compression=1`, { method: 'POST', headers, body: SQL });
  });
});
