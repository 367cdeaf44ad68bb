import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { freePorts, startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { afterAll, type Cleanup, collectorOptions, grpcClient, until } from '../../test/collector.ts';
import { startCollectorProcess } from '../../test/collector-process.ts';
import { spans } from '../../test/otlp-bodies.ts';

const file = afterAll();
let clickhouse: TestClickHouse;
before(async () => {
  clickhouse = await startTestClickHouse();
  file.after(() => clickhouse.stop());
});

async function options(t: Cleanup) {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-collector-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const [grpcPort, httpPort] = await freePorts(2);
  return { ...collectorOptions(directory, { clickhouse }), grpcPort: grpcPort!, httpPort: httpPort! };
}

/** Spans stored, and different spans stored, whose name starts with `prefix`. */
async function stored(prefix: string) {
  const query =
    'SELECT count() AS rows, uniqExact(SpanId) AS spans FROM otel.otel_traces WHERE startsWith(SpanName, {prefix:String})';
  const result = await clickhouse.admin.query({ query, query_params: { prefix }, format: 'JSONEachRow' });
  const [counts] = await result.json<{ rows: string; spans: string }>();
  return { rows: Number(counts!.rows), spans: Number(counts!.spans) };
}

test('SIGTERM stores what was acknowledged, says what became of it, and exits 0; SIGINT does nothing', async (t) => {
  const given = await options(t);
  const collector = await startCollectorProcess(t, given);
  assert.deepEqual(collector.answer, { type: 'ready', grpcPort: given.grpcPort, httpPort: given.httpPort });
  collector.child.kill('SIGINT');
  const client = grpcClient(t, given.grpcPort);
  for (let i = 0; i < 10; i++) assert.equal((await client.send('traces', spans(100, 'term'))).code, 0);
  assert.equal(await collector.end('SIGTERM'), 0);
  assert.deepEqual(await stored('term'), { rows: 1000, spans: 1000 });
  assert.equal(
    collector.output(),
    'collector: stopped: traces 1000 accepted, 1000 stored; logs 0 accepted, 0 stored; metrics 0 accepted, 0 stored; nothing left in the spool\n',
  );
});

test('without its parent it takes what others flush at their own end, stores it and ends', async (t) => {
  const given = await options(t);
  const collector = await startCollectorProcess(t, given);
  const client = grpcClient(t, given.grpcPort);
  assert.equal((await client.send('traces', spans(100, 'orphan'))).code, 0);
  const exited = once(collector.child, 'exit');
  collector.child.disconnect();
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await client.send('traces', spans(100, 'orphan'))).code, 0);
  }
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual(await stored('orphan'), { rows: 500, spans: 500 });
});

test('without ClickHouse it ends soon, keeps the spool and says how much', async (t) => {
  const given = { ...(await options(t)), clickhouseUrl: 'http://127.0.0.1:9' };
  const collector = await startCollectorProcess(t, given);
  const client = grpcClient(t, given.grpcPort);
  assert.equal((await client.send('traces', spans(10, 'kept'))).code, 0);
  const start = performance.now();
  assert.equal(await collector.end('SIGTERM'), 0);
  assert.ok(performance.now() - start < 5000);
  assert.match(
    collector.output(),
    /nobody listens at http:\/\/127\.0\.0\.1:9: ClickHouse has ended and is started again/,
  );
  assert.match(
    collector.output(),
    /traces 10 accepted, 0 stored; .*; \d+ bytes kept in the spool for the next start\n$/,
  );
});

test('answers why it can not start and exits 1', async (t) => {
  const given = await options(t);
  const first = await startCollectorProcess(t, given);
  assert.equal(first.answer.type, 'ready');
  const second = await startCollectorProcess(t, { ...given, httpPort: 0, spoolDirectory: `${given.spoolDirectory}-2` });
  assert.deepEqual(second.answer, {
    type: 'failed',
    message: `OTLP/gRPC can't listen: port ${given.grpcPort} on 127.0.0.1 is taken. End the program that has it, or set OTLP_GRPC_PORT to another port.`,
  });
  const wrong = await startCollectorProcess(t, { ...given, grpcPort: -1 });
  assert.equal(wrong.answer.type, 'failed');
  assert.equal(await first.end('SIGTERM'), 0);
});

test('kill -9 in the middle of a load: nothing acknowledged is lost, nothing is stored twice', async (t) => {
  const given = await options(t);
  const client = grpcClient(t, given.grpcPort);
  let isOver = false;
  let acknowledged = 0;

  /** Sends new spans over and over; what is not acknowledged is sent again as it is, as exporters with retries do. */
  const sender = async () => {
    while (!isOver) {
      const body = spans(200, 'kill');
      while ((await client.send('traces', body, 3000)).code !== 0) await new Promise((r) => setTimeout(r, 50));
      acknowledged += 200;
    }
  };

  let collector = await startCollectorProcess(t, given);
  const senders = Array.from({ length: 4 }, sender);
  for (let kills = 0; kills < 3; kills++) {
    const goal = acknowledged + 3000;
    await until('the load to go on', () => acknowledged >= goal, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300 * kills));
    assert.equal(await collector.end('SIGKILL'), 'SIGKILL');
    collector = await startCollectorProcess(t, given);
  }
  isOver = true;
  await Promise.all(senders);
  assert.equal(await collector.end('SIGTERM'), 0);
  assert.deepEqual(await stored('kill'), { rows: acknowledged, spans: acknowledged });
});
