import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHrTime } from './time.ts';

test('an instant becomes seconds and nanoseconds', () => {
  assert.deepEqual(toHrTime(0), [0, 0]);
  assert.deepEqual(toHrTime(1_785_585_600_250), [1_785_585_600, 250_000_000]);
  assert.deepEqual(toHrTime(1_785_585_600_000.5), [1_785_585_600, 500_000]);
});

test('nanoseconds never reach a whole second', () => {
  assert.deepEqual(toHrTime(1999.9999999), [2, 0]);
});
