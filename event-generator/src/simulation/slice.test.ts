import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dealtTo, sliceOf, sliceWithin, WHOLE } from './slice.ts';

test('parts are as equal as whole numbers can be, and add up exactly', () => {
  const parts = (total: number, count: number) =>
    Array.from({ length: count }, (_, index) => sliceOf(total, { index, count }));
  assert.deepEqual(parts(40, 3), [13, 13, 14]);
  assert.deepEqual(parts(5, 6), [0, 1, 1, 1, 1, 1]);
  assert.deepEqual(parts(40, 1), [40]);
  for (const count of [2, 7, 64, 256]) {
    assert.equal(
      parts(22_301, count).reduce((sum, part) => sum + part),
      22_301,
    );
  }
});

test('things dealt out in turn are each somebody’s', () => {
  const dealt = (total: number) => [0, 1, 2].map((index) => dealtTo({ index, count: 3 }, total));
  assert.deepEqual([0, 1, 2, 3, 10].map(dealt), [
    [0, 0, 0],
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
    [4, 3, 3],
  ]);
});

test('two threads on each of three hosts are six slices', () => {
  assert.deepEqual(sliceWithin({ index: 2, count: 3 }, { index: 1, count: 2 }), { index: 5, count: 6 });
  assert.deepEqual(sliceWithin(WHOLE, { index: 3, count: 4 }), { index: 3, count: 4 });
});
