import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance, integer, logNormal, pick, pickWeighted, uniform } from './distributions.ts';
import { createRandom } from './random.ts';

const DRAWS = 20_000;

test('a log-normal has the median and the 99th percentile it was given', () => {
  const random = createRandom('log-normal');
  const draw = logNormal({ p50: 20, p99: 100 });
  const drawn = Array.from({ length: DRAWS }, () => draw(random)).sort((a, b) => a - b);
  const median = drawn[DRAWS / 2] ?? 0;
  const p99 = drawn[DRAWS * 0.99] ?? 0;
  assert.ok(median > 19.4 && median < 20.6, `median ${median}`);
  assert.ok(p99 > 92 && p99 < 108, `p99 ${p99}`);
  assert.ok((drawn[0] ?? 0) > 0);
});

test('weights decide how often each is picked', () => {
  const random = createRandom('weights');
  const items = [
    { name: 'often', weight: 75 },
    { name: 'seldom', weight: 25 },
    { name: 'never', weight: 0 },
  ];
  const picked = Array.from({ length: DRAWS }, () => pickWeighted(random, items).name);
  const share = picked.filter((name) => name === 'often').length / DRAWS;
  assert.ok(share > 0.735 && share < 0.765, `${share}`);
  assert.ok(!picked.includes('never'));
  assert.throws(() => pickWeighted(random, []), RangeError);
});

test('integers include both ends, and nothing beyond', () => {
  const random = createRandom('integers');
  const drawn = new Set(Array.from({ length: 1_000 }, () => integer(random, 3, 6)));
  assert.deepEqual([...drawn].sort(), [3, 4, 5, 6]);
});

test('the rest keeps its bounds', () => {
  const random = createRandom('bounds');
  for (let i = 0; i < 1_000; i++) {
    const number = uniform(random, 0.5, 2);
    assert.ok(number >= 0.5 && number < 2);
  }
  assert.equal(chance(random, 0), false);
  assert.equal(chance(random, 1), true);
  assert.equal(pick(random, ['only']), 'only');
  assert.throws(() => pick(random, []), { message: 'pick from an empty list: expected at least one item' });
});
