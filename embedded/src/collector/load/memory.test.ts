import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from '../../../test/clickhouse.ts';
import { type Cleanup, grpcClient, startTestCollector, until } from '../../../test/collector.ts';
import { encodeRequest, spans } from '../../../test/otlp-bodies.ts';
import { rowsOf } from '../../../test/stored.ts';

/** `count` spans of a process whose command line has `bytes` bytes, which go into every row. */
function spansOfLongCommand(count: number, name: string, bytes: number): Buffer {
  const now = `${Date.now()}000000`;
  const command = { key: 'process.command_line', value: { stringValue: randomBytes(bytes / 2).toString('hex') } };
  const span = () => ({
    name,
    traceId: randomBytes(16),
    spanId: randomBytes(8),
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  });
  return encodeRequest('traces', {
    resourceSpans: [
      { resource: { attributes: [command] }, scopeSpans: [{ spans: Array.from({ length: count }, span) }] },
    ],
  });
}

let clickhouse: TestClickHouse;
before(async () => {
  clickhouse = await startTestClickHouse();
});
after(() => clickhouse.stop());

/** Spans in ClickHouse by name, for names that start with `prefix`. */
async function stored(prefix: string): Promise<Record<string, number>> {
  const query = `SELECT SpanName AS name, count() AS n FROM otel.otel_traces WHERE startsWith(name, '${prefix}') GROUP BY name`;
  const rows = await rowsOf<{ name: string; n: number }>(clickhouse.admin, query);
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

const tuning = { segmentMillis: 60_000 };

/** The directory of a stopped collector that has these bodies in one segment. */
async function spooled(t: Cleanup, bodies: readonly Buffer[]): Promise<string> {
  const collector = await startTestCollector(t, { tuning });
  const client = grpcClient(t, collector.grpcPort);
  for (const body of bodies) assert.equal((await client.send('traces', body)).code, 0);
  await collector.stop(0);
  return collector.directory;
}

test('what an INSERT has no memory for at once is stored in parts, and a request alone too large goes to quarantine', async (t) => {
  const long = Array.from({ length: 6 }, (_, i) => spansOfLongCommand(2048, `long-${i}`, 20_000));
  const huge = spansOfLongCommand(8000, 'long-never', 60_000);
  const directory = await spooled(t, [...long.slice(0, 3), huge, ...long.slice(3), spans(3, 'long-not')]);
  const collector = await startTestCollector(t, { directory, clickhouse, tuning });
  await until('an empty spool', () => collector.counts().spoolBytes === 0, 20_000);
  assert.deepEqual(await stored('long-'), {
    'long-0': 2048,
    'long-1': 2048,
    'long-2': 2048,
    'long-3': 2048,
    'long-4': 2048,
    'long-5': 2048,
    'long-not': 3,
  });
  assert.equal(collector.counts().traces.quarantined, 8000);
  // The server may be short of memory in between as well, which is told and passes.
  const told = collector.lines.filter((line) => line.includes('Query memory limit exceeded'));
  assert.equal(told.length, 1, collector.lines.join('\n'));
  assert.match(told[0]!, /smaller batches or shorter resource attributes/);
  const [note] = (await readdir(collector.options.quarantineDirectory)).filter((name) => name.endsWith('.json'));
  assert.match(note!, /-3\.json$/);
  const folder = join(collector.options.spoolDirectory, 'traces');
  assert.deepEqual(
    (await readdir(folder)).filter((name) => !name.startsWith('receipts')),
    [],
  );
});

test('a segment that was split stays split, even where it would fit when it is loaded again', async (t) => {
  const bodies = Array.from({ length: 8 }, (_, i) => spansOfLongCommand(1024, `split-${i}`, 20_000));
  const directory = await spooled(t, bodies);
  // The last of them meets a full disk, so that the others are stored and their segment stays.
  const clickhouse_settings = { allow_custom_error_code_in_throwif: 1 } as const;
  const room = `throwIf(SpanName = 'split-7', 'no room', toInt16(243)) = 0`;
  await clickhouse.admin.command({
    query: `ALTER TABLE otel.otel_traces ADD CONSTRAINT room CHECK ${room}`,
    clickhouse_settings,
  });
  const url = `${clickhouse.url}/?max_memory_usage=120000000&allow_custom_error_code_in_throwif=1`;
  const first = await startTestCollector(t, { directory, clickhouse: { ...clickhouse, url }, tuning });
  await until('the failure of the last', () => first.lines.length > 0);
  await first.stop(0);
  await clickhouse.admin.command({ query: 'ALTER TABLE otel.otel_traces DROP CONSTRAINT room' });
  assert.match(first.lines[0]!, /no room/);
  assert.ok(Object.keys(await stored('split-')).length > 0);
  const orphan = join(first.options.spoolDirectory, 'traces', '20260101T000000000Z-000000000000.otlp.split');
  await writeFile(orphan, '\n20260101T000000000Z-000000000000:otel.otel_traces\n');

  const second = await startTestCollector(t, { directory, clickhouse, tuning });
  await assert.rejects(access(orphan), { code: 'ENOENT' });
  await until('an empty spool', () => second.counts().spoolBytes === 0, 20_000);
  assert.deepEqual(
    Object.values(await stored('split-')),
    Array.from({ length: 8 }, () => 1024),
  );
  assert.equal(second.counts().traces.stored, 8 * 1024);
});
