import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { Clock } from '../simulation/clock.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import { openLedger } from '../telemetry/ledger/ledger.ts';
import { unfinishedRuns } from './unfinished-runs.ts';

suite('runs that ended in the middle of their history', () => {
  const clock = createRealClock();
  const directories: string[] = [];
  after(async () => {
    for (const directory of directories) await rm(directory, { recursive: true });
  });

  /** A history that is half made, as this process has written it down by `wallClock`. */
  async function writeHistory(wallClock: Clock): Promise<{ directory: string; path: string }> {
    const dataDir = await mkdtemp(join(tmpdir(), 'snkrs-unfinished-'));
    directories.push(dataDir);
    const to = Math.floor(clock.now());
    const from = to - 60_000;
    const ledger = await openLedger({
      dataDir,
      run: {
        runId: 'half',
        seed: '42',
        startedAt: from,
        history: { from, to, goesLive: true },
        endpoint: 'http://localhost:4317',
        settings: {},
      },
      simulatedAt: () => to - 30_000,
      wallClock,
      report: assert.fail,
    });
    await ledger.abandon();
    return { directory: join(dataDir, 'runs'), path: ledger.path };
  }

  const found = async (directory: string, by: Clock) =>
    (await unfinishedRuns(directory, by, new AbortController().signal)).map(({ runId, state }) => [runId, state]);

  test('one whose container was killed and started again at once, though the process number is the same', async () => {
    const before = clock.now() - 20_000 - process.uptime() * 1000;
    const { directory } = await writeHistory({ ...clock, now: () => before });
    assert.deepEqual(await found(directory, clock), [['half', 'killed']]);
  });

  test('one that was killed a moment ago and still seems to be there; not one that goes on writing', async () => {
    const { directory, path } = await writeHistory(clock);
    const ledger = JSON.parse(await readFile(path, 'utf8'));
    const write = (more: object) => writeFile(path, JSON.stringify({ ...ledger, ...more }));
    await write({ process: { ...ledger.process, pid: process.ppid } });
    let slept = 0;
    const quick: Clock = {
      ...clock,
      now: () => clock.now() + slept,
      sleep: async (ms) => {
        slept += ms;
      },
    };
    assert.deepEqual(await found(directory, quick), [['half', 'killed']]);
    assert.ok(slept > 14_000, `${slept} ms until that was told`);

    slept = 0;
    const alive: Clock = {
      ...quick,
      sleep: async (ms) => {
        slept += ms;
        await write({
          process: { ...ledger.process, pid: process.ppid },
          updatedAt: new Date(Date.now() + slept).toISOString(),
        });
      },
    };
    await write({ process: { ...ledger.process, pid: process.ppid } });
    assert.deepEqual(await found(directory, alive), []);
    assert.ok(slept < 5_000, `${slept} ms until that was told`);
  });
});
