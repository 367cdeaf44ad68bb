import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { findLibrary, type Host, thisHost } from './library.ts';

const linux: Host = { platform: 'linux', arch: 'x64', glibc: true, ffi: true, nodeVersion: 'v26.10.0' };

test('the library of this machine is there', () => {
  const path = findLibrary();
  assert.match(path, /libchdb\.so$/);
  assert.ok(existsSync(path));
  assert.equal(thisHost().ffi, true);
});

test('a platform without a library is told in one line', () => {
  const message = (found: string) =>
    `No embedded ClickHouse for ${found}: chDB has libraries for linux-x64, linux-arm64, darwin-x64, darwin-arm64 (glibc). Run the full stack in Docker there.`;
  const refused = (host: Host, found: string) =>
    assert.throws(() => findLibrary(host), { name: 'ClickHouseError', message: message(found) });
  refused({ ...linux, platform: 'win32' }, 'win32-x64');
  refused({ ...linux, platform: 'linux', arch: 'riscv64' }, 'linux-riscv64');
  refused({ ...linux, glibc: false }, 'linux-x64 without glibc');
});

test('a Node that cannot load the library is told what to run instead', () => {
  assert.throws(() => findLibrary({ ...linux, ffi: false, nodeVersion: 'v24.1.0' }), {
    message:
      'Node v24.1.0 has no node:ffi, which loads ClickHouse: run "npm install", then "npm start", which brings and uses Node 26.',
  });
});

test('a package npm has not installed is named', () => {
  const other: Host = { ...linux, platform: process.platform === 'darwin' ? 'linux' : 'darwin', arch: 'arm64' };
  assert.throws(() => findLibrary(other), {
    message:
      /^The package @chdb\/lib-[a-z0-9-]+, which holds ClickHouse, is not installed: run "npm install" without --omit=optional\.$/,
  });
});
