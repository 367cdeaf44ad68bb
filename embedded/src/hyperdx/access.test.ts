import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccess } from './access.ts';

const local = createAccess({ host: '127.0.0.1', port: 8080, allowedHosts: [] });

test('answers under every name of this machine, with its port', () => {
  for (const host of ['localhost:8080', 'LOCALHOST:8080', '127.0.0.1:8080', '[::1]:8080']) {
    assert.equal(local.page({ host }), undefined, host);
  }
});

test('refuses any other name, port or none', () => {
  const hosts = [
    undefined,
    '',
    'evil.example:8080',
    'localhost.evil.example:8080',
    'localhost',
    'localhost:8081',
    'localhost:8080:8080',
    '192.168.1.7:8080',
    'localhost:8080@evil.example',
  ];
  for (const host of hosts) {
    const refusal = local.page(host === undefined ? {} : { host });
    assert.match(refusal ?? '', /is not served under the host ".*"\. Open http:\/\/localhost:8080\//, host ?? 'none');
  }
});

test('a configured name is its own; on every address any numeric one is', () => {
  const named = createAccess({ host: 'play.example', port: 80, allowedHosts: [] });
  assert.equal(named.page({ host: 'play.example' }), undefined);
  assert.notEqual(named.page({ host: '10.0.0.5' }), undefined);
  const allowed = createAccess({ host: '127.0.0.1', port: 8080, allowedHosts: ['box.lan'] });
  assert.equal(allowed.query({ host: 'box.lan:8080', origin: 'http://box.lan:8080' }), undefined);
  assert.notEqual(allowed.page({ host: 'other.lan:8080' }), undefined);
  const open = createAccess({ host: '0.0.0.0', port: 8080, allowedHosts: [] });
  assert.equal(open.page({ host: '10.0.0.5:8080' }), undefined);
  assert.equal(open.page({ host: '[fd00::5]:8080' }), undefined);
  assert.notEqual(open.page({ host: 'rebound.example:8080' }), undefined);
});

test('a link on another page may lead here; its scripts and frames may not take anything', () => {
  const host = 'localhost:8080';
  assert.equal(local.page({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }), undefined);
  assert.match(
    local.page({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }) ?? '',
    /other web pages/,
  );
  assert.match(local.page({ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }) ?? '', /other web pages/);
});

test('queries come from a page of the very origin they go to', () => {
  const host = 'localhost:8080';
  const origin = 'http://localhost:8080';
  assert.equal(local.query({ host, origin }), undefined);
  assert.equal(local.query({ host, origin, 'sec-fetch-site': 'same-origin' }), undefined);
  const foreign = [
    { host },
    { host, origin: 'null' },
    { host, origin: 'http://evil.example' },
    { host, origin: 'http://localhost:3000' },
    { host, origin: 'https://localhost:8080' },
    { host, origin: 'http://127.0.0.1:8080' },
    { host, origin, 'sec-fetch-site': 'same-site' },
    { host: 'evil.example:8080', origin: 'http://evil.example:8080' },
  ];
  for (const headers of foreign) assert.notEqual(local.query(headers), undefined, JSON.stringify(headers));
});
