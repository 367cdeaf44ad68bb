import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { credentials, makeGenericClientConstructor, status } from '@grpc/grpc-js';
import { afterAll, grpcClient, startTestCollector, type TestCollector, until } from '../../../test/collector.ts';
import { encodeRequest, spans } from '../../../test/otlp-bodies.ts';

const file = afterAll();
let collector: TestCollector;
let client: ReturnType<typeof grpcClient>;
before(async () => {
  collector = await startTestCollector(file, {
    limits: { maxRequestBytes: 1_000_000 },
    tuning: { requestMemoryBytes: 2_000_000 },
  });
  client = grpcClient(file, collector.grpcPort);
});

test('accepts the three signals and answers an empty response', async () => {
  const logs = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1' }] }] }] });
  const gauge = { dataPoints: [{ timeUnixNano: '1', asInt: '1' }] };
  const metrics = encodeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ gauge }] }] }] });
  for (const result of [
    await client.send('traces', spans(2, 'a')),
    await client.send('logs', logs),
    await client.send('metrics', metrics),
    await client.send('logs', Buffer.alloc(0)),
  ]) {
    assert.equal(result.code, status.OK, result.details);
    assert.equal(result.response?.length, 0);
  }
  const { traces, logs: logCounts, metrics: metricCounts } = collector.counts();
  assert.deepEqual([traces.accepted, logCounts.accepted, metricCounts.accepted], [2, 1, 1]);
});

test('refuses garbage with INVALID_ARGUMENT and says what is wrong with it', async () => {
  const { code, details } = await client.send('logs', Buffer.from('garbage'));
  assert.equal(code, status.INVALID_ARGUMENT);
  assert.match(details, /^not an OTLP request for logs: unknown field 12 at byte 1 of 7/);
});

test('outlives what is no gRPC at all', async () => {
  const { options, grpcPort } = collector;
  for (const noise of ['GET / HTTP/1.1\r\n\r\n', Buffer.alloc(100_000, 0xff)]) {
    const socket = connect(grpcPort, options.host).on('error', () => {});
    socket.write(noise);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  assert.equal((await client.send('traces', Buffer.alloc(0))).code, status.OK);
});

test('refuses too large a message, compressed or not', async () => {
  assert.equal((await client.send('traces', Buffer.alloc(1_000_001))).code, status.RESOURCE_EXHAUSTED);
  const Gzip = makeGenericClientConstructor({}, 'gzip');
  const gzip = new Gzip(`127.0.0.1:${collector.grpcPort}`, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': 2,
    'grpc.max_send_message_length': -1,
  });
  const identity = (bytes: Buffer) => bytes;
  const code = await new Promise((resolve) => {
    const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
    gzip.makeUnaryRequest(path, identity, identity, Buffer.alloc(50_000_000), (error) => resolve(error?.code));
  });
  gzip.close();
  assert.equal(code, status.RESOURCE_EXHAUSTED);
});

/** Sends bytes as a call's data and resolves to its status. */
async function statusOf(port: number, data: Buffer, headers: Record<string, string> = {}): Promise<number> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', ...headers });
  const answered = Promise.withResolvers<number>();
  for (const event of ['response', 'trailers']) {
    call.on(event, (answer) => answer['grpc-status'] && answered.resolve(Number(answer['grpc-status'])));
  }
  call.resume().end(data);
  try {
    return await answered.promise;
  } finally {
    session.destroy();
  }
}

test('refuses what is not one message of the length it tells, compressed as it tells', async () => {
  const port = collector.grpcPort;
  const good = Buffer.from([0, 0, 0, 0, 0]);
  assert.equal(await statusOf(port, good), status.OK);
  assert.equal(await statusOf(port, Buffer.alloc(0)), status.INTERNAL);
  assert.equal(await statusOf(port, good.subarray(0, 4)), status.INTERNAL);
  assert.equal(await statusOf(port, Buffer.concat([good, good])), status.INTERNAL);
  assert.equal(await statusOf(port, Buffer.from([0, 0, 0, 0, 2, 0x0a])), status.INTERNAL);
  assert.equal(await statusOf(port, Buffer.from([2, 0, 0, 0, 0])), status.INTERNAL);
  assert.equal(await statusOf(port, Buffer.from([0, 0xff, 0xff, 0xff, 0xff])), status.RESOURCE_EXHAUSTED);
  assert.equal(await statusOf(port, Buffer.from([1, 0, 0, 0, 0])), status.INTERNAL);
  assert.equal(await statusOf(port, good, { 'grpc-encoding': 'snappy' }), status.UNIMPLEMENTED);
  const zipped = gzipSync(Buffer.alloc(0));
  const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, zipped.length]), zipped]);
  assert.equal(await statusOf(port, frame, { 'grpc-encoding': 'gzip' }), status.OK);
});

test('answers a request that is not complete in time, over either protocol', async (t) => {
  const slow = await startTestCollector(t, { limits: { requestMillis: 300 } });
  const head =
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 9\r\n\r\n';
  const socket = connect(slow.httpPort, '127.0.0.1');
  socket.write(head);
  const answer: Buffer = await new Promise((resolve) => socket.once('data', resolve));
  assert.match(answer.toString(), /^HTTP\/1.1 408 /);

  const session = connectHttp2(`http://127.0.0.1:${slow.grpcPort}`);
  t.after(() => session.destroy());
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
  call.write(Buffer.from([0, 0, 0, 0, 9]));
  const headers = await new Promise<Record<string, unknown>>((resolve) => call.once('response', resolve));
  assert.equal(headers['grpc-status'], String(status.DEADLINE_EXCEEDED));
  assert.equal(headers['grpc-message'], 'no complete request in 300 ms');
});

test('a client that says goodbye and does not hang up is hung up on, and keeps neither its place nor a stop', async (t) => {
  const other = await startTestCollector(t, { limits: { maxConnections: 10 }, tuning: { pingMillis: 200 } });
  const goodbye = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
    Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, ...Buffer.alloc(8)]),
  ]);
  let hungUp = 0;
  const leave = async () => {
    const socket = connect({ port: other.grpcPort, host: '127.0.0.1', allowHalfOpen: true });
    t.after(() => socket.destroy());
    socket.on('error', () => {}).once('end', () => hungUp++);
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(goodbye);
  };
  for (let i = 0; i < 30; i++) await leave();
  await until('the goodbyes', () => hungUp === 30);
  const sender = grpcClient(t, other.grpcPort);
  assert.equal((await sender.send('traces', spans(1, 'after'))).code, status.OK);
  for (let i = 0; i < 5; i++) await leave();
  const begun = performance.now();
  await other.stop(0);
  assert.ok(performance.now() - begun < 1_500, 'stopped in time');
});

test('whoever asks for what there is not is idle afterwards, and makes room before others', async (t) => {
  const other = await startTestCollector(t, { limits: { maxConnections: 2 } });
  const open = () => {
    const session = connectHttp2(`http://127.0.0.1:${other.grpcPort}`).on('error', () => {});
    t.after(() => session.destroy());
    return session;
  };
  const ask = (session: ReturnType<typeof open>, path: string) =>
    new Promise((resolve) => {
      const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
      call.once('close', () => resolve(undefined)).resume();
      call.end(Buffer.alloc(5));
    });
  const [curious, sender] = [open(), open()];
  await ask(sender, '/opentelemetry.proto.collector.trace.v1.TraceService/Export');
  for (let i = 0; i < 3; i++) await ask(curious, '/grpc.health.v1.Health/Check');
  const closed = new Promise((resolve) => curious.once('close', () => resolve('the curious')));
  const wrong = new Promise((resolve) => sender.once('close', () => resolve('the sender')));
  await ask(open(), '/opentelemetry.proto.collector.trace.v1.TraceService/Export');
  assert.equal(await Promise.race([closed, wrong]), 'the curious');
});

test('many large requests at once wait for memory and all get in', async () => {
  const before = collector.counts().traces.accepted;
  const bodies = Array.from({ length: 20 }, (_, i) => spans(5_000, `n${i}`));
  const results = await Promise.all(bodies.map((body) => client.send('traces', body)));
  assert.deepEqual(new Set(results.map(({ code }) => code)), new Set([status.OK]));
  assert.equal(collector.counts().traces.accepted - before, 100_000);
});

test('a port that is taken is named, with its service and the setting that moves it', async () => {
  const { options } = collector;
  const { startCollector } = await import('../collector.ts');
  const other = { ...options, spoolDirectory: `${collector.directory}/other` };
  await assert.rejects(startCollector({ ...other, grpcPort: collector.grpcPort }), {
    name: 'ListenError',
    message: `OTLP/gRPC can't listen: port ${collector.grpcPort} on 127.0.0.1 is taken. End the program that has it, or set OTLP_GRPC_PORT to another port.`,
  });
  await assert.rejects(startCollector({ ...other, httpPort: collector.httpPort }), {
    name: 'ListenError',
    message: `OTLP/HTTP can't listen: port ${collector.httpPort} on 127.0.0.1 is taken. End the program that has it, or set OTLP_HTTP_PORT to another port.`,
  });
});

test('listens on an IPv6 address', async (t) => {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  if (!addresses.some(({ address }) => address === '::1')) {
    t.skip('no IPv6 loopback here');
    return;
  }
  const six = await startTestCollector(t, { host: '::1' });
  assert.equal((await grpcClient(t, six.grpcPort, '[::1]').send('traces', spans(1, 'six'))).code, status.OK);
  const http = await fetch(`http://[::1]:${six.httpPort}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(spans(1, 'six')),
  });
  assert.equal(http.status, 200);
  assert.equal(six.counts().traces.accepted, 2);
});
