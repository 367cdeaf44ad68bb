import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequestMemory, ShareReleased } from './request-memory.ts';

const isSettled = async (promise: Promise<void>) =>
  (await Promise.race([promise.then(() => true), new Promise((resolve) => setImmediate(resolve, false))])) === true;

test('what is free is granted at once, the rest in the order in which it was asked for', async () => {
  const memory = createRequestMemory(100);
  const [first, second, third] = [memory.share(), memory.share(), memory.share()];
  assert.equal(first.grow(60), undefined);
  assert.equal(second.grow(40), undefined);
  // The first to wait is let over the limit, so that the two who hold it all don't wait for each other.
  await first.grow(30);
  assert.equal(first.grow(10), undefined);
  const waits = [second.grow(50)!, third.grow(1)!];
  assert.deepEqual(await Promise.all(waits.map(isSettled)), [false, false]);
  first.release();
  await Promise.all(waits);
});

test('a request that ends while it waits leaves its place and all it has', async () => {
  const memory = createRequestMemory(100);
  const [holder, favoured, gone, last] = [memory.share(), memory.share(), memory.share(), memory.share()];
  assert.equal(holder.grow(100), undefined);
  await favoured.grow(1);
  const waiting = gone.grow(10)!;
  const behind = last.grow(5)!;
  gone.release();
  await assert.rejects(waiting, ShareReleased);
  assert.equal(await isSettled(behind), false);
  holder.release();
  await behind;
  await assert.rejects(gone.grow(1)!, ShareReleased);
});
