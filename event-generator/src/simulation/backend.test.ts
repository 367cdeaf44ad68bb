import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackend } from './backend.ts';
import { createVirtualClock } from './virtual-clock.ts';

test('serves up to its capacity and the rest in the order they came', async () => {
  const clock = createVirtualClock(0);
  const backend = createBackend(clock, { capacity: 2, queue: 10, timeout: 1_000, slowdown: 0 });
  const served: string[] = [];
  const call = async (name: string) => {
    assert.equal(await backend.acquire(), 'granted');
    served.push(`${name}@${clock.now()}`);
    await clock.sleep(10);
    backend.release();
  };
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(call));
  assert.deepEqual(served, ['a@0', 'b@0', 'c@10', 'd@10', 'e@20']);
  assert.deepEqual([backend.inUse, backend.waiting, backend.rejected], [0, 0, 0]);
});

test('gives up on each call exactly when its own patience ends', async () => {
  const clock = createVirtualClock(0);
  const backend = createBackend(clock, { capacity: 1, queue: 10, timeout: 50, slowdown: 0 });
  const ended: string[] = [];
  const wait = async (name: string, at: number) => {
    await clock.sleep(at);
    ended.push(`${name} ${await backend.acquire()}@${clock.now()}`);
  };
  assert.equal(backend.tryAcquire(), true);
  await Promise.all([wait('a', 0), wait('b', 20), wait('c', 45), clock.sleep(80).then(() => backend.release())]);
  assert.deepEqual(ended, ['a timed-out@50', 'b timed-out@70', 'c granted@80']);
  assert.equal(backend.rejected, 2);
});

test('refuses at once what its line has no room for', async () => {
  const backend = createBackend(createVirtualClock(0), { capacity: 1, queue: 0, timeout: 50, slowdown: 0 });
  assert.equal(await backend.acquire(), 'granted');
  assert.equal(await backend.acquire(), 'refused');
  assert.equal(backend.rejected, 1);
});

test('nobody overtakes the line through the fast path', async () => {
  const clock = createVirtualClock(0);
  const backend = createBackend(clock, { capacity: 1, queue: 10, timeout: 50, slowdown: 0 });
  backend.tryAcquire();
  const waiting = backend.acquire();
  backend.release();
  assert.equal(backend.tryAcquire(), false);
  assert.equal(await waiting, 'granted');
});

test('takes the longer the more slots are in use', () => {
  const backend = createBackend(createVirtualClock(0), { capacity: 4, queue: 0, timeout: 0, slowdown: 2 });
  const stretches = [1, 2, 3, 4].map(() => {
    backend.tryAcquire();
    return backend.stretch();
  });
  assert.deepEqual(stretches, [1, 1.5, 2, 2.5]);
});
