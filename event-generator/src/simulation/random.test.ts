import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random.ts';

const draws = (seed: string) => {
  const random = createRandom(seed);
  return [random.uint32(), random.uint32(), random.uint32()];
};

test('the same seed gives the same stream, another seed another one', () => {
  assert.deepEqual(draws('42'), draws('42'));
  assert.notDeepEqual(draws('42'), draws('43'));
});

test('a fork depends on its name alone, not on how much others were used', () => {
  const used = createRandom('42');
  for (let i = 0; i < 100; i++) used.next();
  used.fork('sister').next();
  assert.equal(used.fork('worker').uint32(), createRandom('42').fork('worker').uint32());
  assert.notEqual(used.fork('worker').uint32(), used.fork('sister').uint32());
});

test('numbers spread evenly from 0 to 1', () => {
  const random = createRandom('even');
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < 50_000; i++) {
    const tenth = Math.floor(random.next() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) assert.ok(count > 4_700 && count < 5_300, `${count} of 5,000`);
});
