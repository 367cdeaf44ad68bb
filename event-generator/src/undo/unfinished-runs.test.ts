import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRealClock } from '../simulation/real-clock.ts';
import { openLedger } from '../telemetry/ledger/ledger.ts';
import { unfinishedRuns } from './unfinished-runs.ts';

test('a history whose container was killed and started again at once was cut short, though the process number is the same', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'snkrs-unfinished-'));
  const clock = createRealClock();
  const now = Math.floor(clock.now());
  const run = {
    runId: 'killed',
    seed: '42',
    startedAt: now - 60_000,
    history: { from: now - 60_000, to: now, cycles: 1, goesLive: true },
    endpoint: 'http://localhost:4317',
    settings: {},
  };
  // This process writes it, but as one that was there before.
  const before = { ...clock, now: () => now - 20_000 - process.uptime() * 1000 };
  const ledger = await openLedger({
    dataDir,
    run,
    simulatedAt: () => now - 30_000,
    wallClock: before,
    report: assert.fail,
  });
  await ledger.abandon();
  const found = await unfinishedRuns(join(dataDir, 'runs'), clock.now);
  assert.deepEqual(
    found.map(({ runId, state }) => [runId, state]),
    [['killed', 'killed']],
  );
  await rm(dataDir, { recursive: true });
});
