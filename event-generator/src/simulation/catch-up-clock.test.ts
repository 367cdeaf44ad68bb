import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCatchUpClock } from './catch-up-clock.ts';
import type { Clock } from './clock.ts';
import { createRealClock } from './real-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

const wallClock = createRealClock();

test('gets through the past at once, in order, and goes on as the machine does, in the same order', async () => {
  const start = wallClock.now();
  const clock = createCatchUpClock(start - 60_000, wallClock);
  const woken: string[] = [];
  let last = clock.now();
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    assert.ok(clock.now() >= last, 'time went backwards');
    last = clock.now();
    woken.push(`${name} ${clock.isLive() ? 'live' : 'past'}`);
  };
  await Promise.all([
    sleeper('c', 60_240),
    sleeper('b1', 60_160),
    sleeper('b2', 60_160),
    sleeper('a', 30_000),
    sleeper('start', 0),
  ]);
  const took = wallClock.now() - start;
  assert.deepEqual(woken, ['start past', 'a past', 'b1 live', 'b2 live', 'c live']);
  assert.ok(took >= 239 && took < 2_000, `${took} ms`);
});

test('what one sleeper does before the hand-over and after it leaves no gap', async () => {
  const start = wallClock.now();
  const clock = createCatchUpClock(start - 1_000, wallClock);
  const ticks: number[] = [];
  for (let due = start - 1_000; due < start + 200; due += 20) {
    await clock.sleep(due - clock.now());
    ticks.push(clock.now() - due);
  }
  assert.equal(clock.isLive(), true);
  assert.equal(ticks.length, 60);
  assert.ok(ticks.slice(0, 40).every((late) => Math.abs(late) < 0.001));
  assert.ok(
    ticks.every((late) => late >= -1 && late < 500),
    `${ticks}`,
  );
});

test('a sleeper that was handed over can still be woken early, and then holds nothing up', async () => {
  const clock = createCatchUpClock(wallClock.now() - 1_000, wallClock);
  const stop = new AbortController();
  const before = wallClock.now();
  const asleep = clock.sleep(600_000, stop.signal);
  await clock.sleep(1_010);
  assert.equal(clock.isLive(), true);
  stop.abort();
  await asleep;
  assert.ok(wallClock.now() - before < 5_000);
});

test('one that was woken early in the past is not handed over', async () => {
  const slept: number[] = [];
  const wall: Clock = {
    ...wallClock,
    // One that stands still: each millisecond of the test's own would be missing below.
    now: () => 1_800_000_000_000,
    sleep: (ms) => {
      slept.push(Math.round(ms));
      return Promise.resolve();
    },
  };
  const clock = createCatchUpClock(wall.now() - 1_000, wall);
  const stop = new AbortController();
  const asleep = clock.sleep(600_000, stop.signal);
  await clock.sleep(10);
  stop.abort();
  await asleep;
  await clock.sleep(500_990);
  assert.deepEqual(slept, [500_000]);
});

test('stands still for the world outside in the past, and only then', async () => {
  const clock = createCatchUpClock(wallClock.now() - 10_000, wallClock);
  const outside = () => new Promise<string>((resolve) => setTimeout(resolve, 30, 'there'));
  const before = clock.now();
  const sleeping = clock.sleep(5).then(() => clock.now());
  assert.equal(await clock.waitFor(outside()), 'there');
  assert.equal(clock.now(), before);
  assert.equal(await sleeping, before + 5);

  await clock.sleep(10_100);
  assert.equal(clock.isLive(), true);
  const then = clock.now();
  assert.equal(await clock.waitFor(outside()), 'there');
  assert.ok(clock.now() - then >= 29);
});

test('does not go live as long as the machine moves on faster than the work', async () => {
  const world = createVirtualClock(1_000_000);
  const clock = createCatchUpClock(0, world);
  for (let step = 0; step < 100; step++) {
    await clock.sleep(10);
    // A step takes 30 ms of the machine's time and makes 10 of the past.
    await clock.waitFor(world.sleep(30));
  }
  assert.equal(clock.isLive(), false);
  assert.deepEqual([clock.now(), world.now()], [1_000, 1_003_000]);
});
