import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createRealClock } from '../../simulation/real-clock.ts';
import { createCounts } from './counts.ts';
import { type Ledger, LedgerError, openLedger } from './ledger.ts';
import { renderLedgerTable } from './ledger-table.ts';
import type { RunDescription } from './render-ledger.ts';

const RUN = {
  runId: 'run-1',
  seed: '42',
  startedAt: Date.UTC(2026, 7, 1, 10, 15, 2),
  endpoint: 'http://localhost:4317',
  settings: { LOAD: '2' },
};

const shop = (items: number) => new Map([['shop', items]]);

suite('ledger', () => {
  let dataDir = '';
  const opened: Ledger[] = [];
  const open = async (run: RunDescription = RUN, report: (line: string) => void = () => {}) => {
    const ledger = await openLedger({ dataDir, run, wallClock: createRealClock(), report });
    opened.push(ledger);
    return ledger;
  };
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'snkrs-ledger-'));
  });
  after(async () => {
    for (const ledger of opened) await ledger.finish('incomplete');
    await rm(dataDir, { recursive: true });
  });

  test('the file tells of an export before sending() resolves, of its services, and of the run', async () => {
    const ledger = await open();
    const account = ledger.account();
    account.counts.traces.created = 10;
    await account.sending(
      'traces',
      new Map([
        ['shop', 4],
        ['stock', 3],
      ]),
    );
    const written = JSON.parse(await readFile(join(dataDir, 'runs', 'run-1.json'), 'utf8'));
    const none = { acknowledged: 0, rejected: 0, dropped: 0 };
    assert.deepEqual(written.signals.traces, {
      created: 10,
      sent: 7,
      ...none,
      inFlight: 10,
      services: {
        shop: { created: 4, sent: 4, ...none, partlyTaken: 0, inFlight: 4 },
        stock: { created: 3, sent: 3, ...none, partlyTaken: 0, inFlight: 3 },
      },
    });
    assert.equal(written.format, 2);
    assert.equal(written.runId, 'run-1');
    assert.equal(written.seed, '42');
    assert.equal(written.state, 'running');
    assert.equal(written.startedAt, '2026-08-01T10:15:02.000Z');
    assert.equal(written.acknowledgedAt, null);
    assert.deepEqual(written.shard, { index: 0, count: 1 });
    assert.deepEqual(written.settings, { LOAD: '2' });
    assert.deepEqual(await readdir(join(dataDir, 'runs')), ['run-1.json']);
  });

  test('many exports at once share writes, and each sees its own count on disk', async () => {
    const ledger = await open({ ...RUN, runId: 'run-2' });
    const account = ledger.account();
    const seen = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await account.sending('logs', shop(1));
        return JSON.parse(await readFile(ledger.path, 'utf8')).signals.logs.sent > i;
      }),
    );
    assert.ok(seen.every(Boolean));
  });

  test('the file is the sum of all accounts; at the end what is in flight is dropped', async () => {
    const ledger = await open({ ...RUN, runId: 'run-5', shard: { index: 1, count: 3 } });
    assert.equal(ledger.path, join(dataDir, 'runs', 'run-5.shard-1-of-3.json'));
    const [one, two] = [ledger.account(), ledger.account()];
    for (const [account, items] of [
      [one, 5],
      [two, 6],
    ] as const) {
      account.counts.traces.created = items;
      await account.sending('traces', shop(items));
    }
    // As a worker thread's counts come in.
    Object.assign(two.counts, { traces: { ...two.counts.traces, acknowledged: 2 } });
    assert.equal(ledger.counts.traces.acknowledged, 2);
    await ledger.finish('incomplete');
    const { state, shard, acknowledgedAt, signals } = JSON.parse(await readFile(ledger.path, 'utf8'));
    assert.equal(state, 'incomplete');
    assert.deepEqual(shard, { index: 1, count: 3 });
    assert.ok(Math.abs(Date.parse(acknowledgedAt) - Date.now()) < 60_000);
    const { created, sent, acknowledged, dropped, inFlight } = signals.traces;
    assert.deepEqual([created, sent, acknowledged, dropped, inFlight], [11, 11, 2, 9, 0]);
    assert.equal(signals.traces.services.shop.created, 11);
  });

  test('the file is written every few seconds, so that a killed run can be told from a quiet one, until the run breaks', async () => {
    const ledger = await open({ ...RUN, runId: 'run-6' });
    const written = (await stat(ledger.path)).mtimeMs;
    const broken = await open({ ...RUN, runId: 'run-7' });
    await broken.abandon();
    // By somebody who deletes what it has made.
    await writeFile(broken.path, 'undone');
    await createRealClock().sleep(3_500);
    assert.ok((await stat(ledger.path)).mtimeMs > written);
    assert.equal(await readFile(broken.path, 'utf8'), 'undone', 'of a run that broke, nothing more is written');
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

  test('a process of a run that was started before is told that it cannot come back', async () => {
    const run = { ...RUN, runId: 'run-7', shard: { index: 1, count: 3 } };
    await open(run);
    const path = join(dataDir, 'runs', 'run-7.shard-1-of-3.json');
    await assert.rejects(open(run), {
      name: 'LedgerError',
      message: `SHARD_INDEX="1" of RUN_ID="run-7" was used before (${path}): a process cannot come back into its run, whose ids it would make once more; let the others go on without it, or start all 3 with another RUN_ID.`,
    });
  });

  test('what a killed process left half-written is removed at the start of a run; what one writes now is not', async () => {
    const [abandoned, current] = ['killed.json.tmp', 'alive.json.tmp'].map((name) => join(dataDir, 'runs', name));
    for (const path of [abandoned!, current!]) await writeFile(path, '{');
    await utimes(abandoned!, Date.now() / 1000 - 3_600, Date.now() / 1000 - 3_600);
    await open({ ...RUN, runId: 'after-kill' });
    const names = await readdir(join(dataDir, 'runs'));
    assert.equal(names.includes('killed.json.tmp'), false);
    assert.equal(names.includes('alive.json.tmp'), true);
    await rm(current!);
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
    const ledger = await open({ ...RUN, runId: 'run-4' }, (line) => reports.push(line));
    await rename(join(dataDir, 'runs'), join(dataDir, 'away'));
    const sending = ledger.account().sending('traces', shop(1));
    await createRealClock().sleep(200);
    assert.equal(reports.length, 1);
    await rename(join(dataDir, 'away'), join(dataDir, 'runs'));
    await sending;
    assert.match(reports[1] ?? '', /can be written again/);
  });
});

test('the table at the end adds up, row by row', () => {
  const counts = createCounts();
  Object.assign(counts.traces, { created: 151_897, sent: 151_897, acknowledged: 151_000, rejected: 800, dropped: 97 });
  Object.assign(counts.logs, { created: 10, sent: 10, acknowledged: 10 });
  Object.assign(counts.metrics, { created: 5, sent: 3, acknowledged: 1 });
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
