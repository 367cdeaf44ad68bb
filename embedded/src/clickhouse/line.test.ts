import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLine } from './line.ts';

test('places are given in the order of the line, and who has left it gets none', () => {
  const line = createLine(2);
  const started: string[] = [];
  const frees: (() => void)[] = [];
  const enter = (name: string) =>
    line.enter((free) => {
      started.push(name);
      frees.push(free);
    });
  enter('first');
  const leaveSecond = enter('second');
  const leaveThird = enter('third');
  enter('fourth');
  enter('fifth');
  assert.deepEqual(started, ['first', 'second']);
  leaveThird();
  leaveSecond();
  frees[0]!();
  assert.deepEqual(started, ['first', 'second', 'fourth']);
  frees[1]!();
  frees[2]!();
  frees[3]!();
  enter('sixth');
  enter('seventh');
  assert.deepEqual(started, ['first', 'second', 'fourth', 'fifth', 'sixth', 'seventh']);
});
