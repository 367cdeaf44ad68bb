import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { afterAll, startTestCollector } from './collector.ts';
import { INHERITED } from './inherited.ts';
import { type RefusingFront, startRefusingFront } from './refusing-front.ts';
import { rowsOf } from './stored.ts';

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

/** Rows and hash of each signal. */
const PINNED = {
  traces: { rows: '8,591', hash: '8ed8dc016349b1439ae2969c57e7b43c' },
  logs: { rows: '1,857', hash: '880143d050132363c887ef1ca88ca98d' },
  metrics: { rows: '6,566', hash: 'ad5696c152dc89f68eb032c206c5901e' },
};
/** Long enough for a count of the stock, with an incident and what it logs, in two threads. */
const TROUBLED = { DROP_LIVE_SECONDS: '32', DROP_LIVE_WORKERS: '4', INCIDENTS: 'each', SHARDS: '2' };
const TROUBLED_HASHES = [
  '49b2d0c3482d00b73475b38d4ba7d604',
  'e2bd49295313e336b12ba6d615415340',
  'c7a0febfac8e76a0c95b4069f2626527',
];

const pinnedHashes = [PINNED.traces.hash, PINNED.logs.hash, PINNED.metrics.hash];

const hashesIn = (output: string) => output.match(/\b[0-9a-f]{32}\b/g) ?? [];

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
    ...INHERITED,
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

  const change = (update: string) =>
    clickhouse.admin.command({
      query: `ALTER TABLE otel.otel_traces UPDATE ${update} AND ResourceAttributes['snkrs.run.id'] = 'first'`,
      clickhouse_settings: { mutations_sync: '1' },
    });

  test('is the one it always was: who changes telemetry changes it here, and says so in the CHANGELOG', async () => {
    await simulate('first', directPort);
    assert.deepEqual((await fingerprint()).split('\n'), [
      `  spans                ${PINNED.traces.rows}  ${PINNED.traces.hash}`,
      `  log records          ${PINNED.logs.rows}  ${PINNED.logs.hash}`,
      `  data points          ${PINNED.metrics.rows}  ${PINNED.metrics.hash}`,
      '',
      'Run first: every run of this version with SEED=42 SIMULATE_FROM=2026-06-01T10:00:00.000Z CYCLES=1 PRE_DROP_SECONDS=2 DROP_LIVE_SECONDS=4 POST_DROP_SECONDS=2 METRICS_INTERVAL_SECONDS=1 has this fingerprint.',
      '',
    ]);
  });

  test('is the same out of smaller batches, through a collector that refuses every fifth call', async () => {
    await simulate('second', front.port, { QUEUE_LIMIT: '2048' });
    assert.ok(front.refused() > 4, `${front.refused()} calls refused`);
    assert.deepEqual(hashesIn(await fingerprint('second')), pinnedHashes);
  });

  test('is the one it always was in two threads with an incident, too', async () => {
    await simulate('troubled', directPort, TROUBLED);
    assert.deepEqual(hashesIn(await fingerprint('troubled')), TROUBLED_HASHES);
    const [{ counts, changes } = { counts: 0, changes: 0 }] = await rowsOf<{ counts: number; changes: number }>(
      clickhouse.admin,
      `SELECT countIf(EventName = 'snkrs.inventory.reconciled') AS counts, countIf(match(EventName, 'deployment|config')) AS changes
       FROM otel.otel_logs WHERE ResourceAttributes['snkrs.run.id'] = 'troubled'`,
    );
    assert.ok(counts === 2 && changes > 0, `${counts} counts of the stock, ${changes} changes`);
  });

  test('has nothing to do with the order of attributes, and changes with the smallest change of a value', async () => {
    const reversed = 'mapFromArrays(arrayReverse(mapKeys(SpanAttributes)), arrayReverse(mapValues(SpanAttributes)))';
    await change(`SpanAttributes = ${reversed} WHERE 1`);
    assert.deepEqual(hashesIn(await fingerprint('first')), pinnedHashes);
    const aSpan = "SpanId = (SELECT min(SpanId) FROM otel.otel_traces WHERE ServiceName = 'draw-service')";
    await change(`Duration = Duration + 1 WHERE ${aSpan}`);
    const [traces, ...others] = hashesIn(await fingerprint('first'));
    assert.notEqual(traces, PINNED.traces.hash);
    assert.deepEqual(others, pinnedHashes.slice(1));
  });
});
