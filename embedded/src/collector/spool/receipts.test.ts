import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/stored.ts';
import { TUNING } from '../tuning.ts';
import { openReceipts } from './receipts.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 7, 1, 12);
const digest = (n: number) => String(n).padStart(16, '0');

test('a start knows the newest digests, as many as are remembered', async () => {
  await using directory = await temporaryDirectory();
  const first = await openReceipts(directory.path, TUNING);
  await first.receipts.append([1, 2, 3, 4].map(digest));
  const second = await openReceipts(directory.path, { ...TUNING, retryWindowBodies: 3 });
  assert.deepEqual(second.digests, [2, 3, 4].map(digest));
});

test('digests are forgotten two windows later, and not because the clock of the machine was set forwards', async (t) => {
  await using directory = await temporaryDirectory();
  t.mock.timers.enable({ apis: ['Date'], now: NOON });
  const { receipts } = await openReceipts(directory.path, TUNING);
  await receipts.append([digest(1)]);
  t.mock.timers.setTime(NOON + 60 * MINUTE);
  await receipts.append([digest(2)]);
  assert.deepEqual((await openReceipts(directory.path, TUNING)).digests, [1, 2].map(digest));

  for (let windows = 1; windows <= 6; windows++) {
    t.mock.timers.setTime(NOON + 60 * MINUTE + windows * 11 * MINUTE);
    await receipts.append([digest(2 + windows)]);
  }
  assert.equal((await readdir(directory.path)).length, 3);
});

test('a clock set back does not keep one file for ever', async (t) => {
  await using directory = await temporaryDirectory();
  t.mock.timers.enable({ apis: ['Date'], now: NOON });
  const { receipts } = await openReceipts(directory.path, TUNING);
  await receipts.append([digest(1)]);
  t.mock.timers.setTime(NOON - 60 * MINUTE);
  await receipts.append([digest(2)]);
  assert.equal((await readdir(directory.path)).length, 2);
});
