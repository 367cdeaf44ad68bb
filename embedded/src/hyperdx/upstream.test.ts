import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUpstream, passOn, type Upstream } from './upstream.ts';

const FILE = Buffer.alloc(20_000_000, 'file ');
const HEAD = `HTTP/1.1 200 OK\r\nContent-Length: ${FILE.length}\r\n\r\n`;

/** A gateway's client of a server in ClickHouse's place. */
async function upstreamOf(t: TestContext, server: Server): Promise<Upstream> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const upstream = createUpstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 10_000);
  t.after(() => {
    upstream.close();
    server.close();
  });
  return upstream;
}

test('an answer on a kept connection may take longer than the server would keep it idle', async (t) => {
  const server = createServer((request, response) => {
    response.setHeader('keep-alive', 'timeout=2');
    setTimeout(() => response.end(request.url), request.url === '/slow' ? 1_500 : 0);
  });
  const upstream = await upstreamOf(t, server);
  const get = async (path: string) =>
    text(await upstream.send({ method: 'GET', path, headers: {}, signal: AbortSignal.timeout(5_000) }));
  assert.equal(await get('/quick'), '/quick');
  assert.equal(await get('/slow'), '/slow');
});

test('a reader that goes away leaves ClickHouse in order: it hears that nothing more comes, and can say all', async (t) => {
  const server = createTcpServer({ allowHalfOpen: true });
  const upstream = await upstreamOf(t, server);
  const leave = new AbortController();
  const sent = upstream.send({ method: 'GET', path: '/', headers: {}, signal: leave.signal });
  const [socket] = await once(server, 'connection');
  await once(socket, 'data');
  socket.write(HEAD);
  const said = new Promise((taken) => socket.end(FILE, taken));
  const heard = once(socket, 'end');
  const reader = new Writable({ highWaterMark: 1, write: () => {} });
  reader.once('close', () => leave.abort());
  const passed = passOn(await sent, reader);
  assert.equal(await Promise.race([said, sleep(300, 'waits for the reader')]), 'waits for the reader');
  reader.destroy();
  await Promise.all([passed, said, heard]);
});

test('one who leaves before there is an answer is told so at once, and the answer is heard all the same', async (t) => {
  const server = createTcpServer({ allowHalfOpen: true });
  const upstream = await upstreamOf(t, server);
  const leave = new AbortController();
  const sent = upstream.send({ method: 'GET', path: '/', headers: {}, signal: leave.signal });
  const [socket] = await once(server, 'connection');
  await once(socket, 'data');
  leave.abort(new Error('the page is gone'));
  await assert.rejects(sent, { message: 'the page is gone' });
  await once(socket, 'end');
  socket.write(HEAD);
  await new Promise((taken) => socket.end(FILE, taken));
});

test('leaving an exchange that is over leaves the next one of its connection alone', async (t) => {
  const connections = new Set<unknown>();
  const server = createServer((request, response) => {
    connections.add(request.socket);
    if (request.url === '/first') response.end('one');
    else setTimeout(() => response.end(request.socket.readableEnded ? 'was left' : 'two'), 200);
  });
  const upstream = await upstreamOf(t, server);
  const get = (path: string, signal: AbortSignal) => upstream.send({ method: 'GET', path, headers: {}, signal });
  const leave = new AbortController();
  assert.equal(await text(await get('/first', leave.signal)), 'one');
  const second = get('/second', AbortSignal.timeout(5_000));
  await once(server, 'request');
  leave.abort();
  assert.equal(await text(await second), 'two');
  assert.equal(connections.size, 1);
});

test('further exchanges wait for one of 64 connections', async (t) => {
  const held: ServerResponse[] = [];
  const server = createServer((_, response) => void held.push(response));
  const upstream = await upstreamOf(t, server);
  const signal = AbortSignal.timeout(5_000);
  const sent = Array.from({ length: 65 }, () => upstream.send({ method: 'GET', path: '/', headers: {}, signal }));
  while (held.length < 64) await sleep(10);
  await sleep(50);
  assert.equal(held.length, 64);
  held[0]!.end('done');
  assert.equal(await text(await sent[0]!), 'done');
  while (held.length < 65) await sleep(10);
  for (const response of held) response.end();
  for (const answer of await Promise.all(sent)) answer.resume();
});
