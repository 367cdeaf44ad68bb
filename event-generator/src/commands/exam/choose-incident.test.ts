import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { IncidentsAnswer } from '../../control/schemas.ts';
import { createRandom } from '../../simulation/random.ts';
import { chooseShowing } from './choose-incident.ts';

type Entry = IncidentsAnswer['catalogue'][number];

const CATALOGUE: Entry[] = [
  { kind: 'at-checkout', title: '', difficulty: 1, phases: ['DROP_LIVE'], seconds: { min: 40, max: 80 } },
  { kind: 'at-login', title: '', difficulty: 2, phases: ['PRE_DROP', 'POST_DROP'], seconds: { min: 20, max: 30 } },
  {
    kind: 'always',
    title: '',
    difficulty: 3,
    phases: ['PRE_DROP', 'DROP_LIVE', 'POST_DROP'],
    seconds: { min: 60, max: 200 },
  },
];

/** What is chosen in a hundred tries: the kinds, and the shortest and longest of their times. */
function choices(phase: Entry['phases'][number], secondsLeft: number, difficulty?: number) {
  const found = Array.from({ length: 100 }, (_, index) =>
    chooseShowing({
      catalogue: CATALOGUE,
      moment: { phase, secondsLeft },
      difficulty,
      random: createRandom(`${index}`),
    }),
  );
  const seconds = found.map((choice) => choice?.seconds ?? 0);
  return {
    kinds: [...new Set(found.map((choice) => choice?.kind))].sort(),
    least: Math.min(...seconds),
    most: Math.max(...seconds),
  };
}

suite('the incident of an exam', () => {
  test('shows in the present phase, and is over with it unless it shows in all', () => {
    assert.deepEqual(choices('DROP_LIVE', 60).kinds, ['always', 'at-checkout']);
    assert.deepEqual(choices('PRE_DROP', 60).kinds, ['always', 'at-login']);
    const { least, most } = choices('DROP_LIVE', 50.7, 1);
    assert.ok(least >= 40 && most === 50, `${least} to ${most} s`);
    assert.ok(choices('POST_DROP', 5, 3).most > 150);
  });

  test('waits for a later phase where none can show long enough in what is left of this one', () => {
    assert.deepEqual(choices('DROP_LIVE', 39, 1), { kinds: [undefined], least: 0, most: 0 });
    assert.deepEqual(choices('PRE_DROP', 60, 1).kinds, [undefined]);
  });
});
