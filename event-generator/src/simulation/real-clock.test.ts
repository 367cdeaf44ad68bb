import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRealClock } from './real-clock.ts';

test('tells the time of the machine and never goes backwards', () => {
  const clock = createRealClock();
  assert.ok(Math.abs(clock.now() - Date.now()) < 1_000);
  let last = clock.now();
  for (let i = 0; i < 1_000; i++) {
    const now = clock.now();
    assert.ok(now >= last);
    last = now;
  }
});

test('sleeps about as long as asked', async () => {
  const clock = createRealClock();
  const before = clock.now();
  await clock.sleep(30);
  const took = clock.now() - before;
  assert.ok(took >= 29 && took < 500, `${took} ms`);
});

test('many short sleeps leave the processor alone', async () => {
  const clock = createRealClock();
  const before = process.cpuUsage();
  const started = clock.now();
  while (clock.now() - started < 200) await clock.sleep(0.8);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1000 < 150, `${(user + system) / 1000} ms of processor in 200 ms`);
});

test('an aborted sleep ends at once and holds nothing up', async () => {
  const clock = createRealClock();
  const stop = new AbortController();
  const before = clock.now();
  const asleep = clock.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
  await clock.sleep(60_000, stop.signal);
  assert.ok(clock.now() - before < 1_000);
});

test('a sleep that should be over already ends at once, without a warning', async () => {
  const clock = createRealClock();
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  await clock.sleep(-5_000, new AbortController().signal);
  await clock.sleep(-5_000);
  await clock.sleep(10);
  process.off('warning', onWarning);
  assert.deepEqual(warnings, []);
});
