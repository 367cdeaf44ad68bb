import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMailbox } from './mailbox.ts';

test('keeps messages in order until they are taken', () => {
  const mailbox = createMailbox<number>();
  for (const n of [1, 2, 3, 4, 5]) mailbox.post(n);
  assert.deepEqual(mailbox.take(2), [1, 2]);
  assert.deepEqual(mailbox.take(10), [3, 4, 5]);
  assert.deepEqual(mailbox.take(10), []);
});

test('rings for the first message, and when it is closed', async () => {
  const mailbox = createMailbox<string>();
  const first = mailbox.arrival().then(() => mailbox.take(1));
  mailbox.post('hello');
  assert.deepEqual(await first, ['hello']);
  const last = mailbox.arrival().then(() => mailbox.closed);
  mailbox.close();
  assert.equal(await last, true);
});
