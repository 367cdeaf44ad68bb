import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCatchUpClock } from './catch-up-clock.ts';
import type { Clock } from './clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

// The machine's clock is a virtual one, too: it stands still while nobody sleeps by it, and every instant is exact.

const NOW = 1_000_000;

test('gets through the past at once, in order, and goes on as the machine does, in the same order', async () => {
  const machine = createVirtualClock(NOW);
  const clock = createCatchUpClock(NOW - 60_000, machine);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(
      `${name} ${clock.isLive() ? 'live' : 'past'} at ${clock.now() - NOW}, machine at ${machine.now() - NOW}`,
    );
  };
  await Promise.all([
    sleeper('c', 60_240),
    sleeper('b1', 60_160),
    sleeper('b2', 60_160),
    sleeper('a', 30_000),
    sleeper('now', 60_000),
    sleeper('start', 0),
  ]);
  assert.deepEqual(woken, [
    'start past at -60000, machine at 0',
    'a past at -30000, machine at 0',
    'now past at 0, machine at 0',
    'b1 live at 160, machine at 160',
    'b2 live at 160, machine at 160',
    'c live at 240, machine at 240',
  ]);
});

test('what one sleeper does before the hand-over and after it leaves no gap', async () => {
  const machine = createVirtualClock(NOW);
  const clock = createCatchUpClock(NOW - 1_000, machine);
  const ticks: number[] = [];
  for (let tick = 0; tick < 60; tick++) {
    await clock.sleep(20);
    ticks.push(clock.now() - NOW);
  }
  assert.deepEqual([ticks[0], ticks[49], ticks[50], ticks[59]], [-980, 0, 20, 200]);
  assert.equal(clock.isLive(), true);
});

test('a sleeper that was handed over can still be woken early', async () => {
  const machine = createVirtualClock(NOW);
  const clock = createCatchUpClock(NOW - 1_000, machine);
  const stop = new AbortController();
  const asleep = clock.sleep(600_000, stop.signal).then(() => clock.now());
  await clock.sleep(1_010);
  assert.equal(clock.isLive(), true);
  stop.abort();
  assert.equal(await asleep, NOW + 10);
  // Had it left a timer behind, the machine would have slept until that.
  await clock.sleep(10);
  assert.equal(machine.now(), NOW + 20);
});

test('one that was woken early in the past is not handed over', async () => {
  const slept: number[] = [];
  const machine: Clock = {
    ...createVirtualClock(NOW),
    sleep: async (ms) => void slept.push(ms),
  };
  const clock = createCatchUpClock(NOW - 1_000, machine);
  const stop = new AbortController();
  const asleep = clock.sleep(600_000, stop.signal);
  await clock.sleep(10);
  stop.abort();
  await asleep;
  await clock.sleep(500_990);
  assert.deepEqual(slept, [500_000]);
});

test('stands still for the world outside in the past, and waits for it afterwards', async () => {
  const machine = createVirtualClock(NOW);
  const clock = createCatchUpClock(NOW - 10_000, machine);
  const sleeping = clock.sleep(5).then(() => clock.now());
  assert.equal(await clock.waitFor(machine.sleep(30).then(() => 'there')), 'there');
  assert.deepEqual([clock.now(), machine.now()], [NOW - 10_000, NOW + 30]);
  assert.equal(await sleeping, NOW - 9_995);

  await clock.sleep(10_100);
  assert.equal(clock.isLive(), true);
  const elsewhere = clock.waitFor(new Promise((resolve) => setTimeout(resolve, 20, 'there')));
  assert.equal(await elsewhere, 'there');
});

test('does not go live as long as the machine moves on faster than the work', async () => {
  const machine = createVirtualClock(NOW);
  const clock = createCatchUpClock(0, machine);
  for (let step = 0; step < 100; step++) {
    await clock.sleep(10);
    // A step takes 30 ms of the machine's time and makes 10 of the past.
    await clock.waitFor(machine.sleep(30));
  }
  assert.equal(clock.isLive(), false);
  assert.deepEqual([clock.now(), machine.now()], [1_000, NOW + 3_000]);
});
