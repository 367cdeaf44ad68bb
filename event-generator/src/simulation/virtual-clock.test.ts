import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from './virtual-clock.ts';

test('wakes sleepers in the order of their times, and equal times in the order they were asked for', async () => {
  const clock = createVirtualClock(1_000);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(`${name}@${clock.now()}`);
  };
  await Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b1', 20), sleeper('b2', 20), sleeper('now', 0)]);
  assert.deepEqual(woken, ['now@1000', 'a@1010', 'b1@1020', 'b2@1020', 'c@1030']);
});

test('lets everything one wake-up sets off settle before it jumps', async () => {
  const clock = createVirtualClock(0);
  const seen: number[] = [];
  const busy = async () => {
    await clock.sleep(10);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    seen.push(clock.now());
    await clock.sleep(1);
    seen.push(clock.now());
  };
  const other = async () => {
    await clock.sleep(12);
    seen.push(clock.now());
  };
  await Promise.all([busy(), other()]);
  assert.deepEqual(seen, [10, 11, 12]);
});

test('an hour of sleep takes no time', async () => {
  const clock = createVirtualClock(0);
  const before = performance.now();
  for (let minute = 0; minute < 60; minute++) await clock.sleep(60_000);
  assert.equal(clock.now(), 3_600_000);
  assert.ok(performance.now() - before < 1_000);
});

test('an aborted sleep ends where the clock stands, and its wake-up moves nothing', async () => {
  const clock = createVirtualClock(0);
  const stop = new AbortController();
  const long = clock.sleep(10_000, stop.signal).then(() => clock.now());
  await clock.sleep(5);
  stop.abort();
  assert.equal(await long, 5);
  await clock.sleep(1);
  assert.equal(clock.now(), 6);
  await clock.sleep(100, stop.signal);
  assert.equal(clock.now(), 6);
});

test('stands still while somebody waits for the world outside, and goes on from there', async () => {
  const clock = createVirtualClock(0);
  const answer = Promise.withResolvers<string>();
  const woken: number[] = [];
  const sleeping = clock.sleep(10).then(() => woken.push(clock.now()));
  const waiting = clock.waitFor(answer.promise);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(woken, []);
  answer.resolve('there');
  assert.equal(await waiting, 'there');
  await sleeping;
  assert.deepEqual(woken, [10]);
});

test('goes on when what it stood still for fails', async () => {
  const clock = createVirtualClock(0);
  const failing = clock.waitFor(Promise.reject(new Error('away')));
  await assert.rejects(failing, /away/);
  await clock.sleep(5);
  assert.equal(clock.now(), 5);
});
