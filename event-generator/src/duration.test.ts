import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from './duration.ts';

test('a length of time is said in its two largest units', () => {
  const lengths = [
    0, 840, 8_130, 9_960, 40_000, 59_949, 59_950, 60_000, 210_000, 3_599_400, 3_599_600, 21_840_000, 255_600_000,
  ];
  assert.deepEqual(lengths.map(duration), [
    '0.0 s',
    '0.8 s',
    '8.1 s',
    '10 s',
    '40 s',
    '60 s',
    '1 min',
    '1 min',
    '3 min 30 s',
    '59 min 59 s',
    '1 h',
    '6 h 4 min',
    '71 h',
  ]);
});
