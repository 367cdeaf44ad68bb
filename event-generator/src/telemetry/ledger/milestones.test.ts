import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRealClock } from '../../simulation/real-clock.ts';
import { createCounts } from './counts.ts';
import { openLedger } from './ledger.ts';
import { createdBefore, keepMilestones, type Milestone } from './milestones.ts';

const START = Date.UTC(2026, 7, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A run of so many hours, one span a minute, and what it has kept at its end. */
function run(hours: number): { milestones: readonly Milestone[]; all: number } {
  const milestones = keepMilestones(START);
  const counts = createCounts();
  for (let minute = 1; minute <= hours * 60; minute += 1) {
    counts.traces.created = minute;
    milestones(counts, START + minute * MINUTE);
  }
  return { milestones: milestones(counts, START + hours * HOUR), all: hours * 60 };
}

for (const hours of [1, 80, 3_000]) {
  test(`of a run of ${hours} h, what was created before a time is known to a fiftieth of the whole, never too low, by a hundred numbers`, () => {
    const { milestones, all } = run(hours);
    assert.ok(milestones.length <= 100, `${milestones.length}`);
    for (let before = 0; before <= hours * 60; before += 7) {
      const most = createdBefore(START + before * MINUTE, 'traces', { startedAt: START, milestones, all });
      assert.ok(most >= before, `${most} by minute ${before}`);
      assert.ok(most <= before + Math.max(60, all / 48) + 11, `${most} by minute ${before}`);
    }
    assert.equal(createdBefore(START - 1, 'traces', { startedAt: START, milestones, all }), 0);
  });
}

test('the ledger holds them by the time of the run, made up or not', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'snkrs-milestones-'));
  t.after(() => rm(dataDir, { recursive: true }));
  let reached = START;
  const description = { runId: 'run', seed: '1', startedAt: START, endpoint: 'http://localhost:4317', settings: {} };
  const ledger = await openLedger({
    dataDir,
    run: description,
    simulatedAt: () => reached,
    wallClock: createRealClock(),
    report: assert.fail,
  });
  const { counts } = ledger.account();
  for (const [minutes, spans] of [
    [30, 5],
    [61, 9],
    [90, 12],
    [122, 20],
  ] as const) {
    reached = START + minutes * MINUTE;
    counts.traces.created = spans;
    await ledger.write();
  }
  await ledger.finish('incomplete');
  const { milestones } = JSON.parse(await readFile(ledger.path, 'utf8'));
  assert.deepEqual(milestones, [
    { at: '2026-08-01T01:01:00.000Z', created: { traces: 9, logs: 0, metrics: 0 } },
    { at: '2026-08-01T02:02:00.000Z', created: { traces: 20, logs: 0, metrics: 0 } },
  ]);
});
