import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createRealClock } from '../../simulation/real-clock.ts';
import { LedgerError, openLedger } from './ledger.ts';
import { renderLedgerTable } from './ledger-table.ts';

const RUN = {
  runId: 'run-1',
  seed: '42',
  startedAt: Date.UTC(2026, 7, 1, 10, 15, 2),
  endpoint: 'http://localhost:4317',
  settings: { LOAD: '2' },
};

suite('ledger', () => {
  let dataDir = '';
  const open = (run = RUN) => openLedger({ dataDir, run, wallClock: createRealClock(), report: () => {} });
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'snkrs-ledger-'));
  });
  after(() => rm(dataDir, { recursive: true }));

  test('the file tells of an export before sending() resolves, and of the run', async () => {
    const ledger = await open();
    ledger.counts.traces.created = 10;
    await ledger.sending('traces', 7);
    const written = JSON.parse(await readFile(join(dataDir, 'runs', 'run-1.json'), 'utf8'));
    assert.deepEqual(written.signals.traces, {
      created: 10,
      sent: 7,
      acknowledged: 0,
      rejected: 0,
      dropped: 0,
      inFlight: 10,
    });
    assert.equal(written.format, 1);
    assert.equal(written.runId, 'run-1');
    assert.equal(written.seed, '42');
    assert.equal(written.state, 'running');
    assert.equal(written.startedAt, '2026-08-01T10:15:02.000Z');
    assert.deepEqual(written.settings, { LOAD: '2' });
    assert.deepEqual(await readdir(join(dataDir, 'runs')), ['run-1.json']);
  });

  test('many exports at once share writes, and each sees its own count on disk', async () => {
    const ledger = await open({ ...RUN, runId: 'run-2' });
    const seen = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await ledger.sending('logs', 1);
        return JSON.parse(await readFile(ledger.path, 'utf8')).signals.logs.sent > i;
      }),
    );
    assert.ok(seen.every(Boolean));
    await ledger.finish('complete');
    assert.equal(JSON.parse(await readFile(ledger.path, 'utf8')).state, 'complete');
  });

  test('a run id that was used is refused, the other run untouched', async () => {
    await writeFile(join(dataDir, 'runs', 'run-3.json'), 'theirs');
    await assert.rejects(open({ ...RUN, runId: 'run-3' }), (error) => {
      assert.ok(error instanceof LedgerError);
      assert.match(error.message, /^RUN_ID="run-3" was used before .*leave RUN_ID unset to get one\.$/);
      return true;
    });
    assert.equal(await readFile(join(dataDir, 'runs', 'run-3.json'), 'utf8'), 'theirs');
  });

  test('a directory that cannot be made says what to do', async () => {
    await writeFile(join(dataDir, 'a-file'), '');
    const blocked = openLedger({
      dataDir: join(dataDir, 'a-file'),
      run: RUN,
      wallClock: createRealClock(),
      report: () => {},
    });
    await assert.rejects(blocked, /cannot be written \(ENOTDIR.*expected DATA_DIR to be a directory/);
  });

  test('a directory that no one can make is told, not tried for ever', {
    skip: process.platform !== 'linux',
  }, async () => {
    const options = { dataDir: '/proc/nowhere', run: RUN, wallClock: createRealClock(), report: () => {} };
    await assert.rejects(openLedger(options), /cannot be written \(ENOENT/);
  });

  test('while the disk refuses, an export waits; it goes on when the disk takes the file again', async () => {
    const reports: string[] = [];
    const run = { ...RUN, runId: 'run-4' };
    const ledger = await openLedger({
      dataDir,
      run,
      wallClock: createRealClock(),
      report: (line) => reports.push(line),
    });
    await rename(join(dataDir, 'runs'), join(dataDir, 'away'));
    const sending = ledger.sending('traces', 1);
    await createRealClock().sleep(200);
    assert.equal(reports.length, 1);
    await rename(join(dataDir, 'away'), join(dataDir, 'runs'));
    await sending;
    assert.match(reports[1] ?? '', /can be written again/);
  });
});

test('the table at the end adds up, row by row', () => {
  const counts = {
    traces: { created: 151_897, sent: 151_897, acknowledged: 151_000, rejected: 800, dropped: 97 },
    logs: { created: 10, sent: 10, acknowledged: 10, rejected: 0, dropped: 0 } as const,
    metrics: { created: 5, sent: 3, acknowledged: 1, rejected: 0, dropped: 0 },
  };
  assert.deepEqual(
    renderLedgerTable(counts).map((line) => line.split(/\s{2,}/)),
    [
      ['', 'created', 'acknowledged', 'rejected', 'dropped', 'in flight'],
      ['spans', '151,897', '151,000', '800', '97', '0'],
      ['log records', '10', '10', '0', '0', '0'],
      ['data points', '5', '1', '0', '0', '4'],
    ],
  );
});
