import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createUpstream } from './upstream.ts';

test('an answer on a kept connection may take longer than the server would keep it idle', async () => {
  const server = createServer((request, response) => {
    response.setHeader('keep-alive', 'timeout=2');
    setTimeout(() => response.end(request.url), request.url === '/slow' ? 1_500 : 0);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const upstream = createUpstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 10_000);
  const get = async (path: string) =>
    text(await upstream.send({ method: 'GET', path, headers: {}, signal: AbortSignal.timeout(5_000) }));
  assert.equal(await get('/quick'), '/quick');
  assert.equal(await get('/slow'), '/slow');
  upstream.close();
  server.close();
});
