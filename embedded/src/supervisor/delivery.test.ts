import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { type Delivery, deliveryLines, isComplete, readDelivery } from './delivery.ts';

let server: TestClickHouse;
let runs: string;
before(async () => {
  server = await startTestClickHouse();
  runs = await mkdtemp(join(tmpdir(), 'click-ai-runs-'));
});
after(async () => {
  await server.stop();
  await rm(runs, { recursive: true });
});

const read = (runId: string): Promise<Delivery | undefined> =>
  readDelivery({ runs, runId, clickhouseUrl: server.url, password: server.adminPassword });

/** As the event-generator writes it. */
async function writeLedger(runId: string, created: number): Promise<void> {
  const counts = { created, sent: created, acknowledged: created, rejected: 0, dropped: 0, inFlight: 0 };
  const ledger = {
    format: 1,
    runId,
    seed: '7',
    state: 'complete',
    startedAt: new Date(Date.now() - 60_000).toISOString(),
    signals: { traces: counts, logs: counts, metrics: counts },
  };
  await writeFile(join(runs, `${runId}.json`), JSON.stringify(ledger));
}

test("a run's ledger is held against its own rows in every table", async () => {
  await writeLedger('run-1', 2);
  // Rows that differ: a block equal to one before it is taken for a repeated one.
  let row = 0;
  const insert = (table: string, time: string, run: string) =>
    server.admin.command({
      query: `INSERT INTO otel.${table} (${time}, ServiceName, ResourceAttributes)
        VALUES (now(), '${++row}', map('snkrs.run.id', '${run}'))`,
    });
  for (const run of ['run-1', 'run-1', 'run-2']) {
    await insert('otel_traces', 'Timestamp', run);
    await insert('otel_logs', 'Timestamp', run);
  }
  await insert('otel_metrics_gauge', 'TimeUnix', 'run-1');
  await insert('otel_metrics_histogram', 'TimeUnix', 'run-2');
  await insert('otel_metrics_summary', 'TimeUnix', 'run-1');

  const delivery = await read('run-1');
  assert.deepEqual(delivery, {
    runId: 'run-1',
    isClosed: true,
    signals: {
      traces: { created: 2, acknowledged: 2, stored: 2 },
      logs: { created: 2, acknowledged: 2, stored: 2 },
      metrics: { created: 2, acknowledged: 2, stored: 2 },
    },
  });
  assert.equal(isComplete(delivery), true);
  assert.deepEqual(deliveryLines(delivery), [
    '                     created  acknowledged        stored',
    '  spans                    2             2             2',
    '  log records              2             2             2',
    '  data points              2             2             2',
    'Run run-1: everything it created is stored.',
  ]);

  await insert('otel_metrics_sum', 'TimeUnix', 'run-1');
  const twice = await read('run-1');
  assert.equal(twice?.signals.metrics.stored, 3);
  assert.equal(twice && isComplete(twice), false, 'stored twice is not complete either');
});

test('a run that has left no ledger has nothing to compare', async () => {
  assert.equal(await read('never-ran'), undefined);
});

test('a count that ClickHouse refuses for a while is asked for again; for good, it is one line', async () => {
  await writeLedger('run-away', 0);
  await server.admin.command({ query: 'RENAME TABLE otel.otel_logs TO otel.away' });
  await assert.rejects(read('run-away'), ({ name, message }: Error) => {
    assert.equal(name, 'SupervisorError');
    assert.match(message, /^The rows of run run-away in otel_logs could not be counted \([^\n]+\): start again[^\n]+$/);
    return true;
  });
  const patient = read('run-away');
  await sleep(1_500);
  await server.admin.command({ query: 'RENAME TABLE otel.away TO otel.otel_logs' });
  assert.equal((await patient)?.signals.logs.stored, 0);
});
