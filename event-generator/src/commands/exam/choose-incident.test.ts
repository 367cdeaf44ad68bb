import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createRandom } from '../../simulation/random.ts';
import { chooseIncident, type Entry, planShowing } from './choose-incident.ts';

const AT_CHECKOUT: Entry = {
  kind: 'at-checkout',
  title: '',
  difficulty: 1,
  phases: ['DROP_LIVE'],
  seconds: { min: 40, max: 80 },
};
const ALWAYS: Entry = {
  kind: 'always',
  title: '',
  difficulty: 3,
  phases: ['PRE_DROP', 'DROP_LIVE', 'POST_DROP'],
  seconds: { min: 60, max: 200 },
};
const SEEDS = Array.from({ length: 100 }, (_, index) => `${index}`);

suite('the incident of an exam', () => {
  test('is any of the difficulty, whatever the phase', () => {
    const kinds = (difficulty?: number) =>
      new Set(SEEDS.map((seed) => chooseIncident([AT_CHECKOUT, ALWAYS], difficulty, createRandom(seed))?.kind));
    assert.deepEqual(kinds(), new Set(['at-checkout', 'always']));
    assert.deepEqual(kinds(1), new Set(['at-checkout']));
    assert.deepEqual(kinds(2), new Set([undefined]));
  });

  test('begins at some moment of a phase in which it shows, and is over with it', () => {
    const plans = SEEDS.map(
      (seed) => planShowing(AT_CHECKOUT, { phase: 'DROP_LIVE', secondsLeft: 50.7 }, createRandom(seed))!,
    );
    for (const { delaySeconds, seconds } of plans) {
      assert.ok(delaySeconds >= 0 && seconds >= 40 && delaySeconds + seconds <= 50.7, `${delaySeconds} + ${seconds}`);
    }
    assert.ok(new Set(plans.map(({ delaySeconds }) => Math.floor(delaySeconds))).size > 5);
  });

  test('waits for a phase in which it shows for long enough', () => {
    const random = createRandom('1');
    assert.equal(planShowing(AT_CHECKOUT, { phase: 'DROP_LIVE', secondsLeft: 39 }, random), undefined);
    assert.equal(planShowing(AT_CHECKOUT, { phase: 'PRE_DROP', secondsLeft: 60 }, random), undefined);
  });

  test('goes on into the next phase where it shows in all', () => {
    const longest = SEEDS.map(
      (seed) => planShowing(ALWAYS, { phase: 'POST_DROP', secondsLeft: 5 }, createRandom(seed))?.seconds ?? 0,
    );
    assert.ok(Math.max(...longest) > 150);
  });
});
