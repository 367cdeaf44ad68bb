import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from './virtual-clock.ts';
import { createWorkerPool } from './worker-pool.ts';

test('has as many workers as its size, at once when it grows and after their jobs when it shrinks', async () => {
  const clock = createVirtualClock(0);
  const jobs: string[] = [];
  const pool = createWorkerPool(async (worker) => {
    jobs.push(`${worker}@${clock.now()}`);
    await clock.sleep(10);
  });
  pool.resize(1);
  await clock.sleep(15);
  pool.resize(3);
  await clock.sleep(1);
  assert.equal(pool.active, 3);
  pool.resize(2);
  await clock.sleep(20);
  assert.equal(pool.active, 2);
  await pool.drain();
  assert.equal(pool.active, 0);
  assert.deepEqual(jobs, ['0@0', '0@10', '1@15', '2@15', '0@25', '1@25', '0@35', '1@35']);
});

test('of size 0 it rests, and can be woken', async () => {
  const clock = createVirtualClock(0);
  let jobs = 0;
  const pool = createWorkerPool(async () => {
    jobs++;
    await clock.sleep(10);
  });
  pool.resize(0);
  await clock.sleep(50);
  assert.equal(jobs, 0);
  pool.resize(1);
  await clock.sleep(15);
  pool.resize(0);
  await clock.sleep(50);
  assert.equal(jobs, 2);
  pool.resize(2);
  await clock.sleep(5);
  assert.equal(pool.active, 2);
  await pool.drain();
});

test('a job that throws closes the pool, and drain says why', async () => {
  const clock = createVirtualClock(0);
  const heard: unknown[] = [];
  const broken = new Error('broken');
  const pool = createWorkerPool(
    async (worker) => {
      await clock.sleep(10);
      if (worker === 1) throw broken;
    },
    (error) => heard.push(error),
  );
  pool.resize(3);
  await clock.sleep(100);
  assert.equal(pool.active, 0);
  assert.deepEqual(heard, [broken]);
  await assert.rejects(pool.drain(), broken);
});

test('takes no size but a whole number from 0 up', () => {
  const pool = createWorkerPool(async () => {});
  assert.throws(() => pool.resize(1.5), { message: 'worker pool resized to 1.5: expected a whole number from 0 up' });
  assert.throws(() => pool.resize(-1), RangeError);
});
