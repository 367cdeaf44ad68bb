import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { freePorts, OPEN_GATES, startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { sendTo } from '../../test/hyperdx/http-client.ts';
import { sendRaw } from '../../test/raw-http.ts';
import { type Hyperdx, startHyperdx } from './gateway.ts';

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

test('/ leads to live traces, and the page is there', async () => {
  const root = await sendTo(origin, '/');
  assert.equal(root.status, 302);
  const location = root.headers.location ?? '';
  assert.match(location, /^\/clickstack\/search\?source=c11c4a100000000000000001&isLive=true/);
  const page = await sendTo(origin, location);
  assert.equal(page.status, 200);
  assert.equal(page.headers['content-type'], 'text/html; charset=UTF-8');
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/);
});

test('the page’s script gives sources that know each other, and no secret', async () => {
  const { status, body } = await sendTo(origin, '/__ENV.js');
  assert.equal(status, 200);
  assert.match(body, /NEXT_PUBLIC_HDX_LOCAL_DEFAULT_CONNECTIONS/);
  for (const secret of [clickhouse.hyperdxPassword, clickhouse.adminPassword, clickhouse.collectorPassword]) {
    assert.ok(!body.includes(secret));
  }
  assert.match(body, /password: ''/);
  assert.match(body, /"name":"Traces".*"logSourceId":"c11c4a100000000000000002"/);
});

test('a name that was bound to this machine gets nothing at all', async () => {
  for (const path of ['/', '/__ENV.js', '/clickstack', '/query', '/nothing']) {
    const { status, body } = await sendTo(origin, path, {
      headers: { host: 'rebound.example', origin: 'http://rebound.example' },
    });
    assert.equal(status, 403, path);
    assert.match(body, /is not served under the host "rebound.example"\. Open http:\/\/localhost:\d+\/ instead\.\n$/);
  }
});

test('no other endpoint of ClickHouse is reached, however its path is written', async () => {
  const paths = [
    '/play',
    '/dashboard',
    '/metrics',
    '/replicas_status',
    '/ping',
    '/js/uplot.js',
    '/?query=SELECT%201',
    '/clickstack?query=SELECT%201',
    '/clickstack/../play',
    '/clickstack/..%2fplay',
    '/clickstack/%2e%2e/play',
    '/clickstack//../play',
    '/clickstack\\..\\play',
    '/favicons/../../play',
    '//clickstack',
    '/clickstack/%00',
    '/clickstack/%2e%2e%2fplay',
    '/clickstack/%252e%252e/play',
    '/clickstack/..;/play',
    '/clickstack/.%2e/play',
    '/clickstack/%5c..%5cplay',
    '/clickstack/%c0%ae%c0%ae/play',
    '/favicons//../play',
    '/./play',
    '/%70lay',
    '/clickstackplay',
    'http://127.0.0.1/play',
  ];
  for (const path of paths) {
    const { status, body } = await sendTo(origin, path);
    const isPage = status === 200 && body.includes('<title data-next-head="">ClickStack</title>');
    assert.ok(
      status === 404 ||
        (path === '/clickstack?query=SELECT%201' && isPage) ||
        (path.startsWith('/?') && status === 302),
      `${path}: ${status}`,
    );
  }
  assert.equal((await sendTo(origin, '/clickstack', { method: 'POST', body: 'SELECT 1' })).status, 405);
  assert.equal((await sendTo(origin, '/', { method: 'POST', headers: { origin }, body: 'SELECT 1' })).status, 405);
});

test('heads that two readers could read differently are refused, and nothing hides behind them', async () => {
  const { host, port } = new URL(origin);
  const ours = `POST /query HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\n`;
  const hidden = `${ours}Content-Length: 16\r\n\r\nSELECT 7654321+1`;
  const refused = [
    `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: rebound.example\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: rebound.example\r\nHost: ${host}\r\n\r\n`,
    `${ours}Origin: http://evil.example\r\nContent-Length: 8\r\n\r\nSELECT 1`,
    `${ours}Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 8\r\n\r\nSELECT 1`,
    `${ours}Content-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `${ours}Content-Length: 0\r\nContent-Length: 8\r\n\r\n${hidden}`,
    `${ours}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
    `${ours}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `GET / HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: user@localhost:${port}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost.:${port}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: 2130706433:${port}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: ${host}\r\nForwarded: host=${host}\r\n\r\n`,
    `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    `GET /\0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ];
  for (const bytes of refused) {
    const answer = await sendRaw(origin, bytes.replace('\r\n', '\r\nConnection: close\r\n'));
    assert.match(answer, /^(HTTP\/1\.1 (400|403) |$)/, JSON.stringify(bytes));
    assert.doesNotMatch(answer, /7654322/, JSON.stringify(bytes));
  }
  const upgrade = 'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
  const http1 = await sendRaw(origin, `GET /__ENV.js HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n`);
  assert.match(http1, /^HTTP\/1\.1 200 OK/, 'HTTP/2 is not offered, and asking for it harms nobody');
});

/** The path of a page's own script, whose name ends in a hash. */
async function scriptOf(page: string, name: string): Promise<string> {
  const { body } = await sendTo(origin, page);
  return new RegExp(`"(/clickstack/_next/static/chunks/pages/${name}-[0-9a-f]+\\.js)"`).exec(body)?.[1] ?? '';
}

test('icons are found, saved searches and the service map are mended, and all for HEAD too', async () => {
  assert.equal((await sendTo(origin, '/favicons/clickstack/favicon.svg')).headers['content-type'], 'image/svg+xml');
  const script = await scriptOf('/clickstack/search/any', 'search/%5BsavedSearchId%5D');
  const map = await scriptOf('/clickstack/service-map', 'service-map');
  const { status, body } = await sendTo(origin, script);
  assert.equal(status, 200);
  assert.match(body, /window\.location\.pathname\.split\("\/"\),\w+=4===\w+\.length\?\w+\[3\]:null/);
  assert.match((await sendTo(origin, map)).body, /&&window\.location\.pathname\.endsWith\("\/service-map"\)&&/);
  for (const path of [script, map]) {
    const head = await sendTo(origin, path, { method: 'HEAD' });
    assert.deepEqual({ status: head.status, body: head.body }, { status: 200, body: '' });
  }
  assert.equal((await sendTo(origin, '/clickstack', { method: 'HEAD' })).status, 200);
});

test('ClickHouse away: one line and, to a visitor, a page that tries again; back: all is well', async () => {
  const [port] = await freePorts(1);
  const gateway = await start(`http://127.0.0.1:${port}`);
  try {
    const asked = await sendTo(gateway.url, '/query', {
      method: 'POST',
      headers: { origin: gateway.url },
      body: 'SELECT 1',
    });
    assert.equal(asked.status, 503);
    assert.match(asked.body, /^ClickHouse does not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)\.\n$/);
    const visit = await sendTo(gateway.url, '/clickstack', { headers: { 'sec-fetch-mode': 'navigate' } });
    assert.equal(visit.status, 503);
    assert.match(visit.body, /http-equiv="refresh" content="2"/);
    assert.equal((await sendTo(gateway.url, '/__ENV.js')).status, 200);

    const back = createServer((_, response) => response.end('1\n')).listen(port, '127.0.0.1');
    await once(back, 'listening');
    const again = await sendTo(gateway.url, '/query', {
      method: 'POST',
      headers: { origin: gateway.url },
      body: 'SELECT 1',
    });
    assert.deepEqual({ status: again.status, body: again.body }, { status: 200, body: '1\n' });
    back.closeAllConnections();
    back.close();
  } finally {
    await gateway.stop();
  }
});

test('a taken port is named, with the setting that moves it', async () => {
  const port = Number(new URL(origin).port);
  await assert.rejects(start(clickhouse.url, port), {
    name: 'HyperdxError',
    message: `HyperDX cannot listen on 127.0.0.1:${port}: it is taken by another program. HYPERDX_PORT moves it.`,
  });
});

async function start(clickhouseUrl: string, port = 0): Promise<Hyperdx> {
  return startHyperdx({
    host: '127.0.0.1',
    port,
    clickhouseUrl,
    hyperdxPassword: clickhouse.hyperdxPassword,
    ...OPEN_GATES,
  });
}
