import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { grpcClient, mountDisk, post, startTestCollector, type TestCollector, until } from '../../../test/collector.ts';
import { spans } from '../../../test/otlp-bodies.ts';

/** The segments stay open: nothing is loaded, and the files are as the writes left them. */
const tuning = { segmentMillis: 60_000 };

async function segments(collector: TestCollector): Promise<string[]> {
  const folder = join(collector.options.spoolDirectory, 'traces');
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith('.otlp')).map((name) => join(folder, name));
}

test('a body that comes again is acknowledged and not kept again, at once, together and after a restart', async (t) => {
  const collector = await startTestCollector(t, { tuning });
  const client = grpcClient(t, collector.grpcPort);
  const [one, two] = [spans(10, 'one'), spans(5, 'two')];
  const codes = await Promise.all([one, one, two, one].map(async (body) => (await client.send('traces', body)).code));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal((await client.send('traces', two)).code, 0);
  assert.equal((await post(collector.httpPort, '/v1/traces', one)).status, 200);
  const { accepted, duplicates } = collector.counts().traces;
  assert.deepEqual([accepted, duplicates], [15, 35]);
  assert.equal(collector.counts().spoolBytes, one.length + two.length + 2 * 30);
  await collector.stop(0);

  const again = await startTestCollector(t, { directory: collector.directory, tuning });
  assert.equal((await post(again.httpPort, '/v1/traces', one)).status, 200);
  const counts = again.counts().traces;
  assert.deepEqual([counts.recovered, counts.accepted, counts.duplicates], [15, 0, 10]);
});

test('a segment with a torn end is kept up to its last whole body', async (t) => {
  const collector = await startTestCollector(t, { tuning });
  const bodies = [spans(10, 'a'), spans(20, 'b'), spans(30, 'c')];
  for (const body of bodies) assert.equal((await post(collector.httpPort, '/v1/traces', body)).status, 200);
  await collector.stop(0);
  const [path] = await segments(collector);
  const { directory } = collector;
  const restart = async () => {
    const next = await startTestCollector(t, { directory, tuning });
    await next.stop(0);
    return { recovered: next.counts().traces.recovered, bytes: (await stat(path!)).size, lines: next.lines };
  };

  await appendFile(path!, Buffer.from([0xfa, 0xff, 0xff, 0xff, 0x0f, 24, 1, 2]));
  const garbage = await restart();
  assert.equal(garbage.recovered, 60);
  assert.match(garbage.lines[0]!, /cut 8 bytes of a write that was never acknowledged/);

  await truncate(path!, garbage.bytes - 1);
  const cut = await restart();
  assert.deepEqual([cut.recovered, cut.bytes], [30, bodies[0]!.length + bodies[1]!.length + 2 * 30]);

  // A power cut may leave the length of a write without its content.
  await appendFile(path!, Buffer.alloc(500));
  assert.equal((await restart()).recovered, 30);
  await truncate(path!, 100);
  const last = await startTestCollector(t, { directory, tuning });
  assert.equal(last.counts().traces.recovered, 0);
});

test('at its bound it says when to come back', async (t) => {
  const body = () => spans(1000, 'x');
  const collector = await startTestCollector(t, { spoolMaxBytes: 3 * body().length + 1000, tuning });
  const client = grpcClient(t, collector.grpcPort);
  for (let i = 0; i < 3; i++) assert.equal((await client.send('traces', body())).code, status.OK);

  const refused = await client.send('traces', body());
  assert.equal(refused.code, status.RESOURCE_EXHAUSTED);
  assert.match(refused.details, /^the spool is full: \d+ of \d+ bytes wait for ClickHouse/);
  const [details] = refused.error!.metadata.get('grpc-status-details-bin');
  // RetryInfo { retry_delay: Duration { seconds: 2 } }, behind its type's name.
  assert.match(Buffer.from(details!).toString('latin1'), /type\.googleapis\.com\/google\.rpc\.RetryInfo/);
  assert.deepEqual([...Buffer.from(details!).subarray(-6)], [0x12, 4, 0x0a, 2, 0x08, 2]);

  const http = await post(collector.httpPort, '/v1/traces', body());
  assert.deepEqual([http.status, http.headers.get('retry-after')], [503, '2']);
  assert.match(http.body.toString(), /the spool is full/);
  assert.equal((await client.send('logs', Buffer.alloc(0))).code, status.OK);
  assert.equal(collector.counts().traces.accepted, 3000);
});

test('a directory that can not be written refuses, loses nothing, and is used again when it can', async (t) => {
  const collector = await startTestCollector(t, { tuning: { ...tuning, calmMillis: 200 } });
  const send = () => post(collector.httpPort, '/v1/traces', body);
  const body = spans(7, 'x');
  const folder = join(collector.options.spoolDirectory, 'traces');
  await rm(folder, { recursive: true });
  for (let i = 0; i < 2; i++) {
    const answer = await send();
    assert.equal(answer.status, 503);
    assert.match(answer.body.toString(), /can't write traces to .* make room on the disk or its directory writable/);
  }
  await mkdir(folder);
  assert.equal((await send()).status, 200);
  assert.deepEqual([collector.counts().traces.accepted, collector.counts().spoolBytes], [7, body.length + 30]);
  await until('both lines', () => collector.lines.length > 1);
  assert.match(
    collector.lines.join('\n'),
    /^can't write traces to .* was acknowledged is safe\.\nthe spool can be written again$/,
  );
});

test('a full disk refuses, keeps what was acknowledged, and is used again when there is room', async (t) => {
  const disk = await mountDisk(t, 2);
  if (disk === undefined) {
    t.skip('no tmpfs can be mounted here');
    return;
  }
  const others = join(disk, 'others');
  await writeFile(others, Buffer.alloc(1_500_000));
  const collector = await startTestCollector(t, { directory: disk, tuning });
  const client = grpcClient(t, collector.grpcPort);
  const send = (body: Buffer) => client.send('traces', body);
  let accepted = 0;
  let body = spans(1000, 'x');
  for (let answer = await send(body); answer.code === status.OK; answer = await send(body)) {
    accepted += 1000;
    body = spans(1000, 'x');
  }
  const refusal = await send(body);
  assert.equal(refusal.code, status.RESOURCE_EXHAUSTED);
  assert.match(refusal.details, /ENOSPC/);
  assert.ok(accepted >= 5000, `${accepted}`);

  await unlink(others);
  assert.equal((await send(body)).code, status.OK);
  assert.equal(collector.counts().traces.accepted, accepted + 1000);
  await collector.stop(0);
  const again = await startTestCollector(t, { directory: disk, tuning });
  assert.equal(again.counts().traces.recovered, accepted + 1000);
  await again.stop(0);
});

test('a directory that can not be used is named at start', async (t) => {
  const collector = await startTestCollector(t, { tuning });
  await writeFile(join(collector.directory, 'file'), '');
  await assert.rejects(startTestCollector(t, { directory: join(collector.directory, 'file') }), {
    name: 'SpoolOpenError',
    message: /^can't open the spool in .*file\/spool \(ENOTDIR: .*\): make it readable and writable$/,
  });
});
