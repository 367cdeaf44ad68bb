import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { before, test } from 'node:test';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, post, startTestCollector, type TestCollector } from '../../../test/collector.ts';
import { encodeRequest, spans } from '../../../test/otlp-bodies.ts';

const file = afterAll();
let collector: TestCollector;
before(async () => {
  collector = await startTestCollector(file, { limits: { maxRequestBytes: 100_000 } });
});

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const jsonSpans = (...items: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: items }] }] });

test('accepts protobuf and answers an empty response of the same encoding', async () => {
  const accepted = collector.counts().traces.accepted;
  const answer = await post(collector.httpPort, '/v1/traces', spans(3, 'a'));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/x-protobuf');
  assert.equal(answer.body.length, 0);
  assert.equal(collector.counts().traces.accepted, accepted + 3);
});

test('accepts all three signals, and an empty request of each', async () => {
  const logs = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1' }] }] }] });
  const gauge = { dataPoints: [{ timeUnixNano: '1', asInt: '1' }] };
  const metrics = encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ gauge }] }] }] });
  assert.equal((await post(collector.httpPort, '/v1/logs', logs)).status, 200);
  assert.equal((await post(collector.httpPort, '/v1/metrics?x=1', metrics)).status, 200);
  const { logs: logCounts, metrics: metricCounts } = collector.counts();
  assert.deepEqual([logCounts.accepted, metricCounts.accepted], [1, 1]);
  for (const path of ['/v1/traces', '/v1/logs', '/v1/metrics']) {
    assert.equal((await post(collector.httpPort, path, '')).status, 200);
    const answer = await post(collector.httpPort, path, '{}', JSON_TYPE);
    assert.deepEqual([answer.status, answer.body.toString()], [200, '{}']);
  }
});

test('refuses JSON whose values take far more memory than its bytes', async () => {
  const many = (element: string) => `{"resourceSpans":[${Array.from({ length: 10_000 }, () => element).join()}]}`;
  for (const body of [
    many('{}'),
    many('[]'),
    many('1'),
    many('{"a":1}'),
    '['.repeat(50_000),
    `[${'{"a":'.repeat(10_000)}`,
  ]) {
    const { status, body: answer } = await post(collector.httpPort, '/v1/traces', body, JSON_TYPE);
    assert.equal(status, 413);
    assert.equal(
      JSON.parse(answer.toString()).message,
      'a request in JSON may hold 5000 values; send smaller batches, or protobuf',
    );
  }
  const long = jsonSpans(...Array.from({ length: 1_500 }, () => ({ kind: 1 }))).replace(/1/, '9007199254740993');
  const refusedLong = await post(collector.httpPort, '/v1/traces', long, JSON_TYPE);
  assert.equal(
    JSON.parse(refusedLong.body.toString()).message,
    'a request in JSON may hold 2500 values, with numbers of 16 digits in it; send smaller batches, or protobuf',
  );
  const deep = `{"resourceSpans":${'['.repeat(2_000)}${']'.repeat(2_000)}}`;
  const { status, body } = await post(collector.httpPort, '/v1/traces', deep, JSON_TYPE);
  assert.equal(status, 400);
  assert.equal(JSON.parse(body.toString()).message, 'the request is nested deeper than 1000 levels');
  const text = jsonSpans({ name: '\\"[{,'.repeat(6_000) });
  assert.ok(text.length > 40_000);
  assert.equal((await post(collector.httpPort, '/v1/traces', text, JSON_TYPE)).status, 200, 'one value is one');
});

test('accepts JSON and reports what it left out as a partial success', async () => {
  const before = collector.counts().traces;
  const answer = await post(
    collector.httpPort,
    '/v1/traces',
    jsonSpans({ name: 'good' }, { traceId: '12' }),
    JSON_TYPE,
  );
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.deepEqual(JSON.parse(answer.body.toString()), {
    partialSuccess: {
      rejectedSpans: '1',
      errorMessage: 'resourceSpans[0].scopeSpans[0].spans[1].traceId is "12", expected 32 hex digits',
    },
  });
  const { accepted, rejected } = collector.counts().traces;
  assert.deepEqual([accepted - before.accepted, rejected - before.rejected], [1, 1]);
});

test('decompresses gzip, deflate and zstd', async () => {
  const encodings = { gzip: gzipSync, deflate: deflateSync, zstd: zstdCompressSync };
  for (const [name, compress] of Object.entries(encodings)) {
    const answer = await post(collector.httpPort, '/v1/traces', compress(spans(1, name)), { 'content-encoding': name });
    assert.equal(answer.status, 200, name);
  }
});

test('refuses a gzip bomb, a long body and a long body of unknown length with 413', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  assert.ok(bomb.length < 100_000);
  const headers = { 'content-encoding': 'gzip' };
  assert.equal((await post(collector.httpPort, '/v1/traces', bomb, headers)).status, 413);
  assert.equal((await post(collector.httpPort, '/v1/traces', Buffer.alloc(100_001))).status, 413);
  const chunked = await new Promise((resolve, reject) => {
    const sender = request(
      {
        port: collector.httpPort,
        path: '/v1/traces',
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
      },
      (response) => resolve(response.resume().statusCode),
    );
    sender.once('error', reject);
    sender.write(Buffer.alloc(60_000));
    sender.write(Buffer.alloc(60_000));
    sender.end();
  });
  assert.equal(chunked, 413);
});

test('a client that sends all of too large a request before it reads sees why it was refused', async () => {
  const socket = connect(collector.httpPort, '127.0.0.1');
  const head =
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 20000000\r\n\r\n';
  socket.write(head);
  let failure: Error | undefined;
  socket.once('error', (error) => {
    failure = error;
  });
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(20_000_000), () => resolve()));
  const answer: Buffer = await new Promise((resolve) => socket.once('data', resolve));
  assert.match(answer.toString(), /^HTTP\/1.1 413 /);
  await new Promise((resolve) => socket.once('close', resolve));
  assert.equal(failure, undefined);
});

test('answers what it can not accept with a google.rpc.Status in the encoding of the request', async () => {
  const json = await post(collector.httpPort, '/v1/traces', '{', JSON_TYPE);
  assert.equal(json.status, 400);
  assert.equal(json.headers.get('content-type'), 'application/json');
  const status = JSON.parse(json.body.toString());
  assert.equal(status.code, 3);
  assert.match(status.message, /^not JSON: /);

  const protobuf = await post(collector.httpPort, '/v1/traces', 'garbage');
  assert.equal(protobuf.status, 400);
  assert.equal(protobuf.headers.get('content-type'), 'application/x-protobuf');
  // Status { code: 3, message: "not an …" }
  assert.deepEqual([...protobuf.body.subarray(0, 3)], [0x08, 3, 0x12]);
  assert.match(protobuf.body.toString(), /not an OTLP request for traces: unknown field 12 at byte 1 of 7/);
});

test('answers the right status to every kind of wrong request', async () => {
  const port = collector.httpPort;
  const body = spans(1, 'a');
  assert.equal((await post(port, '/v1/trace', body)).status, 404);
  const get = await fetch(`http://127.0.0.1:${port}/v1/traces`);
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
  assert.equal((await post(port, '/v1/traces', body, { 'content-type': 'text/plain' })).status, 415);
  const brotli = await post(port, '/v1/traces', body, { 'content-encoding': 'br' });
  assert.deepEqual([brotli.status, brotli.headers.get('accept-encoding')], [415, 'gzip, deflate, zstd']);
  assert.equal((await post(port, '/v1/traces', body, { 'content-encoding': 'constructor' })).status, 415);
  const noGzip = await post(port, '/v1/traces', body, { 'content-encoding': 'gzip' });
  assert.equal(noGzip.status, 400);
  assert.match(noGzip.body.toString(), /the body is not gzip/);
});

test('outlives what is no HTTP at all', async () => {
  const socket = connect(collector.httpPort, '127.0.0.1').on('error', () => {});
  socket.write(Buffer.alloc(100_000, 0xff));
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  assert.equal((await post(collector.httpPort, '/v1/traces', '')).status, 200);
});

test('says what it is to a browser, and lets no page of another origin send', async () => {
  const port = collector.httpPort;
  const greeting = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(greeting.status, 200);
  assert.match(await greeting.text(), /POST to \/v1\/traces/);
  const preflight = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'OPTIONS',
    headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
  });
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [405, null]);
});

test('takes nothing of a page that found it under a name of its own, and anything of an SDK under any name', async () => {
  const accepted = collector.counts().traces.accepted;
  const send = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { port: collector.httpPort, path: '/v1/traces', method: 'POST' };
      request({ ...options, headers: { 'content-type': 'application/x-protobuf', ...headers } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end(spans(1, 'page'));
    });
  const port = collector.httpPort;
  assert.equal(await send({ host: `rebound.example:${port}`, origin: `http://rebound.example:${port}` }), 403);
  assert.equal(collector.counts().traces.accepted, accepted);
  assert.equal(await send({ host: 'otel-collector:4318' }), 200);
  assert.equal(await send({ host: `localhost:${port}`, origin: `http://localhost:${port}` }), 200);
});
