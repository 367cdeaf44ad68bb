import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormGuess } from './form-guess.ts';

test('a form that was needed is begun with sixteen times, then the first one is tried again', () => {
  const guess = createFormGuess();
  assert.equal(guess.next(), 0);
  guess.needed(2);
  assert.deepEqual(
    Array.from({ length: 16 }, () => guess.next()),
    Array.from({ length: 16 }, () => 2),
  );
  assert.equal(guess.next(), 0);
  assert.equal(guess.next(), 0);
});
