import assert from 'node:assert/strict';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { insertStatements } from '../mapping/statements.ts';
import { createInserter } from './insert.ts';
import { InsertError } from './insert-error.ts';

const [STATEMENT] = insertStatements('traces');
const BYTES = 8 * 2 ** 20;

let directory: string;
let path: string;
/** Takes the body of an INSERT and never answers. */
let server: Server;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'click-ai-insert-'));
  path = join(directory, 'segment.otlp');
  await writeFile(path, Buffer.alloc(BYTES));
  server = createServer((request) => request.resume()).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

function insert(from: string, signal: AbortSignal): Promise<void> {
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo;
  const target = { url: `http://127.0.0.1:${port}`, user: 'collector', password: '', timeoutMillis: 10_000 };
  return createInserter(target)(STATEMENT!, 'token', { path: from, start: 0, end: BYTES }, signal);
}

test('called off before it began, it fails and nothing comes after: not even where the segment is gone', async () => {
  await assert.rejects(insert(join(directory, 'gone.otlp'), AbortSignal.abort()), InsertError);
  // An error nobody waits for would end the process; the runner fails this test for it.
  await new Promise((resolve) => setTimeout(resolve, 100));
});

test('called off at any time, it has closed the segment when it ends', {
  skip: process.platform !== 'linux',
}, async () => {
  for (const millis of ['before', 'at once', 1, 2, 3, 5, 10, 50] as const) {
    const call = new AbortController();
    if (millis === 'before') call.abort();
    const ended = insert(path, call.signal);
    if (typeof millis === 'number') setTimeout(() => call.abort(), millis);
    else call.abort();
    await assert.rejects(ended, InsertError);
    const open = await openFiles();
    assert.ok(!open.includes(path), `${millis}`);
  }
});

async function openFiles(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  return Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
}
