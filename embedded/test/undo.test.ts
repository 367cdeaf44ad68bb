import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { INHERITED } from './inherited.ts';
import { rowsOf } from './stored.ts';
import { verify } from './verify.ts';

const command = join(import.meta.dirname, '../../event-generator/src/commands/undo.ts');
const MINUTE_MS = 60_000;

interface GivenRun {
  readonly state: 'running' | 'complete';
  readonly acknowledged: number;
  /** How much of its hour of history it has made, in minutes; none where it has no history. */
  readonly reached?: number;
  readonly goesLive?: boolean;
  readonly undoBegun?: boolean;
  /** Of the process; one that is not there by default. */
  readonly pid?: number;
}

describe('undo', () => {
  let server: TestClickHouse;
  let dataDir: string;
  let heartbeat: NodeJS.Timeout | undefined;
  before(async () => {
    server = await startTestClickHouse();
    dataDir = await mkdtemp(join(tmpdir(), 'click-ai-undo-'));
    await mkdir(join(dataDir, 'runs'));
  });
  after(async () => {
    clearInterval(heartbeat);
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  const undo = (words: readonly string[], onWord: (text: string) => void = () => {}) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      const env = {
        ...INHERITED,
        DATA_DIR: dataDir,
        CLICKHOUSE_URL: server.url,
        // The one who does it at the start of a run.
        CLICKHOUSE_USER: 'simulator',
        CLICKHOUSE_PASSWORD: server.passwords.simulator,
      };
      const child = execFile(process.execPath, [command, ...words], { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
      child.stderr?.on('data', onWord);
    });

  const ledgerPath = (runId: string) => join(dataDir, 'runs', `${runId}.json`);

  /** As the event-generator writes it. */
  async function writeLedger(runId: string, given: GivenRun): Promise<void> {
    const { state, acknowledged, reached, goesLive = false, undoBegun, pid = 99_999_999 } = given;
    const from = Date.now() - 120 * MINUTE_MS;
    const at = (minutes: number) => new Date(from + minutes * MINUTE_MS).toISOString();
    const history = reached === undefined ? null : { from: at(0), to: at(60), goesLive, reached: at(reached) };
    const tally = { created: acknowledged, sent: acknowledged, acknowledged, rejected: 0, dropped: 0 };
    const none = { created: 0, sent: 0, acknowledged: 0, rejected: 0, dropped: 0, services: {} };
    const traces = { ...tally, services: { shop: { ...tally, partlyTaken: 0 } } };
    const run = {
      format: 2,
      runId,
      shard: { index: 0, count: 1 },
      process: { host: hostname(), pid },
      state,
      history,
      undoBegun,
    };
    const times = { startedAt: at(0), updatedAt: new Date().toISOString() };
    const ledger = { ...run, ...times, signals: { traces, logs: none, metrics: none } };
    // Whoever reads it while it is written anew reads the old one.
    await writeFile(`${ledgerPath(runId)}.new`, JSON.stringify(ledger));
    await rename(`${ledgerPath(runId)}.new`, ledgerPath(runId));
  }

  /** As an event-generator does that is alive, however long the tests take. */
  function keepWriting(runId: string, given: GivenRun): void {
    heartbeat = setInterval(() => void writeLedger(runId, given), 3_000);
  }

  const store = (runId: string, spans: number) =>
    server.admin.command({
      query: `INSERT INTO otel.otel_traces (Timestamp, TraceId, SpanId, ServiceName, ResourceAttributes)
        SELECT now64() - INTERVAL 1 HOUR, hex(number), hex(number), 'shop', map('snkrs.run.id', '${runId}') FROM numbers(${spans})`,
    });
  const stored = async (runId: string) => {
    const of = `FROM otel.otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${runId}'`;
    return (await rowsOf<{ rows: number }>(server.admin, `SELECT count() AS rows ${of}`))[0]?.rows;
  };
  const stateOf = async (runId: string) => JSON.parse(await readFile(ledgerPath(runId), 'utf8')).state;

  test('deletes all rows of a run and none of another, and verify knows', async () => {
    await writeLedger('other', { state: 'complete', acknowledged: 2 });
    await store('other', 2);
    await writeLedger('wrong', { state: 'complete', acknowledged: 3 });
    await store('wrong', 3);
    for (const table of ['otel_logs', 'otel_metrics_gauge', 'otel_metrics_summary']) {
      const time = table === 'otel_logs' ? 'Timestamp' : 'TimeUnix';
      await server.admin.command({
        query: `INSERT INTO otel.${table} (${time}, ResourceAttributes) VALUES (now(), map('snkrs.run.id', 'wrong'))`,
      });
    }
    await server.admin.command({
      query: "INSERT INTO otel.incidents (Id, RunId) VALUES ('a', 'wrong'), ('b', 'other')",
    });
    const { code, stdout, stderr } = await undo(['wrong']);
    assert.deepEqual([code, stdout, stderr], [0, 'Run wrong is undone: 6 rows are deleted.\n', '']);
    assert.deepEqual([await stored('wrong'), await stored('other')], [0, 2]);
    assert.deepEqual(await rowsOf(server.admin, 'SELECT Id FROM otel.incidents'), [{ Id: 'b' }]);
    assert.equal(await stateOf('wrong'), 'undone');
    const whole = { dataDir, url: server.url, password: server.adminPassword };
    assert.match(
      (await verify(whole, ['wrong'])).stdout,
      /\nRun wrong: it was undone, and nothing of it is stored\.\n$/,
    );
    // The newest that there is.
    assert.match((await verify(whole, [])).stdout, /\nRun other: everything it created is stored\.\n$/);
  });

  test('--unfinished: only what ended in the middle of its history, with what is still on its way', async () => {
    await writeLedger('through', { state: 'complete', acknowledged: 0, reached: 60 });
    await writeLedger('live', { state: 'running', acknowledged: 0, reached: 60, goesLive: true });
    const atWork = { state: 'running', acknowledged: 0, reached: 30, pid: process.pid } as const;
    await writeLedger('at-work', atWork);
    keepWriting('at-work', atWork);
    await writeLedger('stopped', { state: 'complete', acknowledged: 5, reached: 59, goesLive: true });
    await store('stopped', 5);
    await writeLedger('killed', { state: 'running', acknowledged: 8, reached: 60 });
    await store('killed', 4);
    await writeLedger('half-undone', { state: 'complete', acknowledged: 9, undoBegun: true });
    await store('half-undone', 2);
    const { code, stdout, stderr } = await undo(['--unfinished'], () => void store('killed', 5));
    assert.deepEqual(stdout.split('\n').sort(), [
      '',
      'Run half-undone is undone: 2 rows are deleted.',
      'Run killed is undone: 9 rows are deleted.',
      'Run stopped is undone: 5 rows are deleted.',
    ]);
    assert.equal(stderr, 'Waiting for 4 acknowledged items to be stored, so that they can be deleted.\n');
    assert.equal(code, 0);
    assert.deepEqual(await Promise.all(['through', 'live', 'at-work', 'stopped', 'killed'].map(stateOf)), [
      'complete',
      'running',
      'running',
      'undone',
      'undone',
    ]);
    assert.match((await undo(['--unfinished'])).stdout, /^No run ended in the middle/);
  });

  test('leaves a run alone that goes on, and asks which one', async () => {
    const running = await undo(['at-work']);
    assert.deepEqual([running.code, running.stdout], [2, '']);
    assert.match(running.stderr, /^Run at-work goes on: stop it before it is undone /);
    assert.match((await undo([])).stderr, /^undo: expected undo RUN, or undo --unfinished\.$/m);
  });
});
