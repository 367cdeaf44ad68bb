import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { afterAll, startTestCollector } from './collector.ts';
import { type RefusingFront, startRefusingFront } from './refusing-front.ts';

const run = promisify(execFile);

const generatorSource = join(import.meta.dirname, '../../event-generator/src');
const cleanup = afterAll();

/** A drop of all phases, a collection of metrics each second. */
const INPUT = {
  SEED: '42',
  SIMULATE_FROM: '2026-06-01T10:00:00Z',
  CYCLES: '1',
  PRE_DROP_SECONDS: '2',
  DROP_LIVE_SECONDS: '4',
  POST_DROP_SECONDS: '2',
  METRICS_INTERVAL_SECONDS: '1',
};

describe('the fingerprint of a simulated drop', () => {
  let clickhouse: TestClickHouse;
  let dataDir: string;
  let directPort: number;
  let front: RefusingFront;
  before(async () => {
    clickhouse = await startTestClickHouse();
    dataDir = await mkdtemp(join(tmpdir(), 'click-ai-fingerprint-'));
    // Its day is long over.
    const tables = await clickhouse.admin.query({
      query: "SELECT name FROM system.tables WHERE database = 'otel' AND create_table_query LIKE '% TTL %'",
      format: 'JSONEachRow',
    });
    for (const { name } of await tables.json<{ name: string }>())
      await clickhouse.admin.command({ query: `ALTER TABLE otel.${name} REMOVE TTL` });
    const collector = await startTestCollector(cleanup, { clickhouse });
    directPort = collector.grpcPort;
    front = await startRefusingFront(cleanup, directPort, 5);
  });
  after(async () => {
    await clickhouse.stop();
    await rm(dataDir, { recursive: true });
  });

  const env = () => ({
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_PASSWORD: clickhouse.adminPassword,
  });
  const simulate = (runId: string, port: number, settings: Record<string, string> = {}) =>
    run(process.execPath, [join(generatorSource, 'main.ts')], {
      env: {
        ...env(),
        ...INPUT,
        RUN_ID: runId,
        CONTROL_PORT: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        ...settings,
      },
    });
  const fingerprint = async (...words: string[]) => {
    const { stdout } = await run(process.execPath, [join(generatorSource, 'commands/fingerprint.ts'), ...words], {
      env: env(),
    });
    return stdout;
  };

  const hashes = async (runId: string) => JSON.parse(await fingerprint(runId, '--json')).signals;
  const change = (update: string) =>
    clickhouse.admin.command({
      query: `ALTER TABLE otel.otel_traces UPDATE ${update} AND ResourceAttributes['snkrs.run.id'] = 'first'`,
      clickhouse_settings: { mutations_sync: '1' },
    });

  test('tells which runs have it, and changes with the smallest change of a row', async () => {
    await simulate('first', directPort);
    const lines = (await fingerprint()).split('\n');
    assert.match(lines[0]!, /^ {2}spans +[\d,]+ {2}[0-9a-f]{32}$/);
    assert.match(
      lines.at(-2)!,
      /^Run first: every run with SEED=42 SIMULATE_FROM=2026-06-01T10:00:00.000Z CYCLES=1 PRE_DROP_SECONDS=2 .* has this fingerprint\.$/,
    );
    const before = await hashes('first');
    assert.ok(before.traces.rows > 5_000 && before.logs.rows > 1_000 && before.metrics.rows > 1_000);
    const reversed = 'mapFromArrays(arrayReverse(mapKeys(SpanAttributes)), arrayReverse(mapValues(SpanAttributes)))';
    await change(`SpanAttributes = ${reversed} WHERE 1`);
    assert.deepEqual(await hashes('first'), before);
    const aSpan = "SpanId = (SELECT min(SpanId) FROM otel.otel_traces WHERE ServiceName = 'draw-service')";
    await change(`Duration = Duration + 1 WHERE ${aSpan}`);
    const changed = await hashes('first');
    assert.notEqual(changed.traces.hash, before.traces.hash);
    assert.deepEqual([changed.logs, changed.metrics], [before.logs, before.metrics]);
    await change(`Duration = Duration - 1 WHERE ${aSpan}`);
  });

  test('is the same out of smaller batches, through a collector that refuses every fifth call', async () => {
    await simulate('second', front.port, { QUEUE_LIMIT: '2048' });
    assert.ok(front.refused() > 4, `${front.refused()} calls refused`);
    assert.deepEqual(await hashes('second'), await hashes('first'));
  });
});
