import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webPageCheck } from './web-page-check.ts';

const refusalOf = (host: string, allowedHosts: string[], headers: Record<string, string>) =>
  webPageCheck({ host, allowedHosts })({
    method: 'GET',
    target: '/',
    headers: new Map(Object.entries(headers)),
    body: 0,
  })?.line;

test('a name that the user allows is served, with its own pages', () => {
  const named = (headers: Record<string, string>) => refusalOf('127.0.0.1', ['box.lan'], headers);
  assert.equal(named({ host: 'Box.lan:8123' }), undefined);
  assert.equal(named({ host: 'box.lan', origin: 'http://box.lan' }), undefined);
  assert.match(
    named({ host: 'box.lan', origin: 'http://other.lan' }) ?? '',
    /and this one is of "http:\/\/other\.lan"\.$/,
  );
  assert.match(named({ host: 'other.lan' }) ?? '', /not served under the host "other\.lan"; ALLOWED_HOSTS adds names/);
});

test('who listens on every address is reached by any number, and by no other name', () => {
  for (const host of ['0.0.0.0', '::']) {
    for (const own of ['10.0.0.5:8123', '[fd00::5]:8123', 'localhost'])
      assert.equal(refusalOf(host, [], { host: own }), undefined);
    assert.notEqual(refusalOf(host, [], { host: 'rebound.example:8123' }), undefined);
    assert.notEqual(refusalOf(host, [], { host: '10.0.0.5.rebound.example' }), undefined);
  }
  assert.equal(refusalOf('10.0.0.5', [], { host: '10.0.0.5:8123' }), undefined);
  assert.notEqual(refusalOf('10.0.0.5', [], { host: '10.0.0.6:8123' }), undefined);
});

test('what says no host is no browser', () => {
  assert.equal(refusalOf('127.0.0.1', [], {}), undefined);
  assert.notEqual(refusalOf('127.0.0.1', [], { origin: 'http://evil.example' }), undefined);
  assert.notEqual(refusalOf('127.0.0.1', [], { host: '' }), undefined);
});
