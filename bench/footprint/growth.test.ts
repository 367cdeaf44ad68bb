import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthPerHour } from './growth.ts';

/** Ten minutes of a cycle of 60 s that swings by 100 bytes, and grows by `perHour`. */
function readings(perHour: number) {
  return Array.from({ length: 120 }, (_, i) => {
    const seconds = i * 5;
    return { seconds, bytes: 1000 + (seconds % 60 < 30 ? 100 : 0) + (perHour * seconds) / 3600 };
  });
}

test('phases are no growth, growth is', () => {
  assert.deepEqual(growthPerHour(readings(0), 60), { median: 0, quartiles: [0, 0] });
  assert.equal(Math.round(growthPerHour(readings(720), 60)!.median), 720);
});

test('a single high reading is no growth', () => {
  const noisy = readings(0).with(110, { seconds: 550, bytes: 1e9 });
  assert.equal(growthPerHour(noisy, 60)?.median, 0);
});

test('less than a cycle tells nothing', () => {
  assert.equal(growthPerHour(readings(0).slice(0, 11), 60), undefined);
});
