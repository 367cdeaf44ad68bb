import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCounts } from './counts.ts';
import { latestEnd } from './latest-end.ts';
import { type RunDescription, type RunState, renderLedger } from './render-ledger.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

test('telemetry ends where the latest run does, with what it made of its history', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-runs-'));
  const write = async (
    runId: string,
    hoursAgo: number,
    {
      state = 'complete',
      reached = NOON,
      ...run
    }: Partial<RunDescription> & { state?: RunState; reached?: number } = {},
  ) => {
    const now = NOON - hoursAgo * HOUR;
    const path = join(directory, `${runId}.json`);
    const description = { runId, seed: '1', startedAt: now, endpoint: 'http://localhost:4317', settings: {}, ...run };
    await writeFile(
      path,
      renderLedger(description, {
        state,
        counts: createCounts(),
        now,
        acknowledgedAt: undefined,
        milestones: [],
        reached,
      }),
    );
    await utimes(path, now / 1000, now / 1000);
  };
  const history = { from: NOON - 20 * HOUR, to: NOON - 10 * HOUR };
  const end = async () => {
    const latest = await latestEnd(directory, NOON - 48 * HOUR);
    return latest && [latest.runId, (NOON - latest.at) / HOUR];
  };
  try {
    assert.equal(await latestEnd(join(directory, 'none'), 0), undefined);
    await write('too-old', 72);
    await writeFile(join(directory, 'torn.json'), '{"runId":');
    assert.equal(await end(), undefined);
    await write('undone', 1, { state: 'undone' });
    await write('cut-short', 2, { history: { ...history, goesLive: true }, reached: NOON - 15 * HOUR });
    assert.deepEqual(await end(), ['cut-short', 15]);
    await write('backfilled', 2, { history: { ...history, goesLive: false } });
    assert.deepEqual(await end(), ['backfilled', 10]);
    await write('live-only', 5);
    assert.deepEqual(await end(), ['live-only', 5]);
    await write('both', 3, { history: { ...history, goesLive: true } });
    assert.deepEqual(await end(), ['both', 3]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
