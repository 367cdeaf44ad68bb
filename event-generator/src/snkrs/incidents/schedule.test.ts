import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../simulation/random.ts';
import { catalogue } from './catalogue.ts';
import { incidentsOfCycle } from './schedule.ts';

const PHASES = [
  { name: 'PRE_DROP', seconds: 60, workers: 5 },
  { name: 'DROP_LIVE', seconds: 90, workers: 40 },
  { name: 'POST_DROP', seconds: 60, workers: 8 },
] as const;
const CYCLE_MS = 210_000;

test('each: all kinds before one comes again, and none twice running', () => {
  const kinds = catalogue().length;
  for (let seed = 1; seed <= 60; seed++) {
    const schedule = {
      setting: { kind: 'each' },
      phases: PHASES,
      random: createRandom(String(seed)),
      slices: 1,
    } as const;
    const drawn = Array.from({ length: 12 * kinds }, (_, index) =>
      incidentsOfCycle(schedule, { number: index + 1, startsAt: index * CYCLE_MS }),
    ).flatMap((all) => all.map(({ kind }) => kind));
    for (let deal = 0; deal < 12; deal++)
      assert.equal(new Set(drawn.slice(deal * kinds, (deal + 1) * kinds)).size, kinds, `deal ${deal} of seed ${seed}`);
    for (const [index, kind] of drawn.entries()) assert.notEqual(kind, drawn[index + 1], `seed ${seed}, drop ${index}`);
  }
});
