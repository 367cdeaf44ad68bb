import assert from 'node:assert/strict';
import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { startTestClickHouse, type TestClickHouse } from '../../../test/clickhouse.ts';
import { type Cleanup, grpcClient, mountDisk, startTestCollector, until } from '../../../test/collector.ts';
import { encodeRequest, spans } from '../../../test/otlp-bodies.ts';

let clickhouse: TestClickHouse;
before(async () => {
  clickhouse = await startTestClickHouse();
});
after(() => clickhouse.stop());

/** Spans in ClickHouse by name, for names that start with `prefix`. */
async function stored(prefix: string): Promise<Record<string, number>> {
  const query = `SELECT SpanName, count() AS n FROM otel.otel_traces WHERE startsWith(SpanName, {prefix:String}) GROUP BY SpanName ORDER BY SpanName`;
  const result = await clickhouse.admin.query({ query, query_params: { prefix }, format: 'JSONEachRow' });
  const rows = await result.json<{ SpanName: string; n: string }>();
  return Object.fromEntries(rows.map(({ SpanName, n }) => [SpanName, Number(n)]));
}

/** Lets ClickHouse fail at spans of that name, as it does at data it can't read. */
async function makeUnreadable(t: Cleanup, name: string): Promise<void> {
  const check = `toUInt8(if(SpanName = '${name}', 'unreadable', '1')) = 1`;
  await clickhouse.admin.command({ query: `ALTER TABLE otel.otel_traces ADD CONSTRAINT readable CHECK ${check}` });
  t.after(async () => {
    await clickhouse.admin.command({ query: 'ALTER TABLE otel.otel_traces DROP CONSTRAINT readable' });
  });
}

test('is stored within two seconds', async (t) => {
  const collector = await startTestCollector(t, { clickhouse });
  const client = grpcClient(t, collector.grpcPort);
  // The engine's first INSERT is slower than all others.
  await client.send('traces', spans(1, 'first'));
  await until('the first row', async () => (await stored('first')).first === 1);
  assert.equal((await client.send('traces', spans(10, 'soon'))).code, 0);
  await until('10 rows', async () => (await stored('soon')).soon === 10, 2000);
});

test('arrays and maps inside one another are stored as they are, beside what is flat', async (t) => {
  const collector = await startTestCollector(t, { clickhouse });
  const client = grpcClient(t, collector.grpcPort);
  const nested = (values: unknown) => ({ arrayValue: { values } });
  const deep = nested([nested([{ intValue: 1 }, nested([{ stringValue: 'two' }])])]);
  const span = {
    name: 'nested',
    attributes: [{ key: 'deep', value: deep }],
    startTimeUnixNano: `${Date.now()}000000`,
    endTimeUnixNano: `${Date.now()}000000`,
  };
  const body = encodeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  assert.equal((await client.send('traces', spans(3, 'nested-not'))).code, 0);
  assert.equal((await client.send('traces', body)).code, 0);
  await until(
    '4 rows',
    async () => (await stored('nested-not'))['nested-not'] === 3 && (await stored('nested')).nested === 1,
  );
  const query = `SELECT SpanAttributes['deep'] AS deep FROM otel.otel_traces WHERE SpanName = 'nested'`;
  const result = await clickhouse.admin.query({ query, format: 'JSONEachRow' });
  assert.deepEqual(await result.json(), [{ deep: '[[1,["two"]]]' }]);
  assert.deepEqual(collector.lines, []);
});

test('while ClickHouse is away it acknowledges up to its bound, then refuses; all of it is stored when it is back', async (t) => {
  const tuning = { segmentMillis: 50, segmentBytes: 20_000, calmMillis: 500 };
  const collector = await startTestCollector(t, { clickhouse, spoolMaxBytes: 150_000, tuning });
  const client = grpcClient(t, collector.grpcPort);
  const send = async () => (await client.send('traces', spans(100, 'away'))).code;
  // A missing table is as good as a missing server, and quicker.
  await clickhouse.admin.command({ query: 'RENAME TABLE otel.otel_traces TO otel.away' });
  let accepted = 0;
  for (; (await send()) === status.OK; accepted += 100);
  assert.equal(await send(), status.RESOURCE_EXHAUSTED);
  assert.ok(accepted >= 2000, `${accepted}`);
  await until('both troubles to be told', () => collector.lines.length > 1);
  assert.match(
    collector.lines.join('\n'),
    /^the spool is full: \d+ of 150000 bytes wait for ClickHouse, which stores less than comes in\..*raise SPOOL_MAX_BYTES; .*says why\.$/m,
  );
  assert.match(
    collector.lines.join('\n'),
    /can't load traces into ClickHouse .*UNKNOWN_TABLE.*apply config\/clickhouse-schema.sql/s,
  );

  await clickhouse.admin.command({ query: 'RENAME TABLE otel.away TO otel.otel_traces' });
  await until('an empty spool', () => collector.counts().spoolBytes === 0);
  await until('both troubles to be over', () => collector.lines.length > 3);
  assert.deepEqual(
    collector.lines
      .slice(2)
      .map((line) => line.replace(/\d+ of/, 'n of'))
      .sort(),
    ['ClickHouse stores again', 'the spool has room again: n of 150000 bytes wait'],
  );
  assert.equal(await send(), status.OK);
  await collector.stop();
  assert.equal(collector.counts().traces.stored, accepted + 100);
  assert.deepEqual(await stored('away'), { away: accepted + 100 });
});

test('a disk that is full to the last byte is emptied', async (t) => {
  const disk = await mountDisk(t, 2);
  if (disk === undefined) {
    t.skip('no tmpfs can be mounted here');
    return;
  }
  const collector = await startTestCollector(t, { directory: disk, tuning: { segmentBytes: 300_000 } });
  const client = grpcClient(t, collector.grpcPort);
  while ((await client.send('traces', spans(1000, 'full'))).code === status.OK);
  await collector.stop(0);
  const filler = writeFile(join(disk, 'filler'), Buffer.alloc(2_000_000));
  await assert.rejects(filler, { code: 'ENOSPC' });
  const next = await startTestCollector(t, { directory: disk, clickhouse });
  await until('an empty spool', () => next.counts().spoolBytes === 0);
  assert.deepEqual(await stored('full'), { full: collector.counts().traces.accepted });
  await next.stop();
});

test('a body ClickHouse can not read goes to quarantine, its neighbours are stored, restarts in between or not', async (t) => {
  await makeUnreadable(t, 'bad');
  const tuning = { segmentMillis: 60_000 };
  const collector = await startTestCollector(t, { tuning });
  const client = grpcClient(t, collector.grpcPort);
  const bodies = [spans(1, 'q-0'), spans(1, 'bad'), spans(2, 'q-2'), spans(3, 'q-3'), spans(1, 'bad'), spans(4, 'q-5')];
  for (const body of bodies) assert.equal((await client.send('traces', body)).code, 0);
  await collector.stop(0);

  // The first attempt is ended after some of the parts are stored.
  const { directory } = collector;
  const second = await startTestCollector(t, { directory, clickhouse, tuning });
  assert.equal(second.counts().traces.recovered, 12);
  await until('something to be stored', async () => Object.keys(await stored('q-')).length > 0);
  await second.stop(0);
  const third = await startTestCollector(t, { directory, clickhouse, tuning });
  await until('an empty spool', () => third.counts().spoolBytes === 0);
  assert.deepEqual(await stored('q-'), { 'q-0': 1, 'q-2': 2, 'q-3': 3, 'q-5': 4 });
  assert.deepEqual(await stored('bad'), {});

  const files = (await readdir(third.options.quarantineDirectory)).sort();
  assert.equal(files.length, 4);
  assert.match(files[0]!, /^traces-.*-1\.json$/);
  const note = JSON.parse(await readFile(join(third.options.quarantineDirectory, files[0]!), 'utf8'));
  assert.deepEqual([note.signal, note.items, note.table], ['traces', 1, 'otel.otel_traces']);
  assert.match(note.reason, /Code: \d+/);
  assert.deepEqual(await readFile(join(third.options.quarantineDirectory, files[1]!)), bodies[1]);
  const again = grpcClient(t, third.grpcPort);
  for (const body of bodies.slice(0, 2)) await again.send('traces', body);
  const counts = third.counts().traces;
  assert.deepEqual([counts.duplicates, counts.accepted], [1, 1]);
  const told = [...second.lines, ...third.lines].filter((line) => /is kept in .*-1\.otlp/.test(line));
  assert.equal(told.length, 1);
});

test('a quarantine at its bound keeps no more, until there is room again', async (t) => {
  await makeUnreadable(t, 'bad');
  const body = () => spans(1, 'bad');
  const tuning = { segmentMillis: 50, quarantineBytes: 2 * body().length };
  const collector = await startTestCollector(t, { clickhouse, tuning });
  const client = grpcClient(t, collector.grpcPort);
  for (let n = 0; n < 3; n++) assert.equal((await client.send('traces', body())).code, 0);
  await until('the quarantine', () => collector.counts().traces.quarantined === 3);
  const { quarantineDirectory } = collector.options;
  const kept = await readdir(quarantineDirectory);
  assert.equal(kept.length, 4);
  assert.equal(collector.counts().spoolBytes, 0);

  const sendOneMore = async () => {
    const next = await startTestCollector(t, { directory: collector.directory, clickhouse, tuning });
    assert.equal((await grpcClient(t, next.grpcPort).send('traces', body())).code, 0);
    await until('the line', () => next.lines.length > 0);
    await next.stop();
    return next.lines[0]!;
  };
  await collector.stop();
  assert.match(await sendOneMore(), /it is not kept, since .*quarantine holds its \d+ bytes: look at what is there/);
  for (const name of kept) await unlink(join(quarantineDirectory, name));
  assert.match(await sendOneMore(), /it is kept in /);
});

test('a body that fails for a reason nobody foresaw goes to quarantine too, once others are stored beside it', async (t) => {
  const tuning = { segmentMillis: 20, retryMillis: 20, maxRetryMillis: 40 };
  const collector = await startTestCollector(t, { clickhouse, tuning });
  const client = grpcClient(t, collector.grpcPort);
  await clickhouse.admin.command({
    query: `ALTER TABLE otel.otel_traces ADD CONSTRAINT foreseen CHECK intDiv(1, SpanName != 'unforeseen') = 1`,
  });
  t.after(() => clickhouse.admin.command({ query: 'ALTER TABLE otel.otel_traces DROP CONSTRAINT foreseen' }));
  await client.send('traces', spans(2, 'unforeseen'));
  let sent = 0;
  const isQuarantined = async () => {
    assert.equal((await client.send('traces', spans(1, 'beside'))).code, 0);
    sent++;
    return collector.counts().traces.quarantined === 2;
  };
  // Ten INSERTs or more, one after the other.
  await until('the quarantine', isQuarantined, 60_000);
  await until('an empty spool', () => collector.counts().spoolBytes === 0);
  assert.deepEqual(await stored('beside'), { beside: sent });
  assert.deepEqual(await stored('unforeseen'), {});
});

test('a segment that fails alone delays no other', async (t) => {
  const tuning = { segmentMillis: 20, retryMillis: 5_000, maxRetryMillis: 5_000 };
  const collector = await startTestCollector(t, { clickhouse, tuning });
  const client = grpcClient(t, collector.grpcPort);
  await clickhouse.admin.command({
    query: `ALTER TABLE otel.otel_traces ADD CONSTRAINT alone CHECK intDiv(1, SpanName != 'alone') = 1`,
  });
  t.after(() => clickhouse.admin.command({ query: 'ALTER TABLE otel.otel_traces DROP CONSTRAINT alone' }));
  await client.send('traces', spans(2, 'alone'));
  await until('its failure', () => collector.lines.length > 0);
  await client.send('traces', spans(3, 'along'));
  await until('the other', async () => (await stored('along')).along === 3, 3_000);
});

test('segments that fail do not hold up the others', async (t) => {
  // Enough of them for one to be due at any time: were they always first, the other would wait for ever.
  const tuning = { segmentMillis: 20, segmentBytes: 1, retryMillis: 100, maxRetryMillis: 100 };
  const collector = await startTestCollector(t, { clickhouse, tuning });
  const client = grpcClient(t, collector.grpcPort);
  await clickhouse.admin.command({
    query: `ALTER TABLE otel.otel_traces ADD CONSTRAINT stuck CHECK intDiv(1, SpanName != 'stuck') = 1`,
  });
  t.after(() => clickhouse.admin.command({ query: 'ALTER TABLE otel.otel_traces DROP CONSTRAINT stuck' }));
  for (let i = 0; i < 4; i++) await client.send('traces', spans(2, 'stuck'));
  await until('a failure', () => collector.lines.length > 0);
  await client.send('traces', spans(3, 'moving'));
  await until('the other', async () => (await stored('moving')).moving === 3);
});

test('a segment that is loaded again is stored once', async (t) => {
  const collector = await startTestCollector(t, { tuning: { segmentMillis: 60_000 } });
  const client = grpcClient(t, collector.grpcPort);
  for (let i = 0; i < 5; i++) await client.send('traces', spans(100, `again-${i}`));
  await collector.stop(0);
  const folder = join(collector.options.spoolDirectory, 'traces');
  const name = (await readdir(folder)).find((file) => file.endsWith('.otlp'))!;
  const segment = await readFile(join(folder, name));
  for (let run = 0; run < 2; run++) {
    // As if the process had been killed after the INSERT and before it could delete the file.
    await writeFile(join(folder, name), segment);
    const again = await startTestCollector(t, { directory: collector.directory, clickhouse });
    await until('an empty spool', () => again.counts().spoolBytes === 0);
    await again.stop();
  }
  assert.deepEqual(Object.values(await stored('again-')), [100, 100, 100, 100, 100]);
});
