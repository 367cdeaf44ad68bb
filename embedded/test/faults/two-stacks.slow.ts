import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Stack, startStack } from '../stack.ts';
import { temporaryDirectory } from '../stored.ts';
import { assertDelivered } from './delivered.ts';

const DROP = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '2', POST_DROP_SECONDS: '1', CYCLES: '1' };
const ROUNDS = 6;

const portsOf = (stack: Stack) =>
  Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, String(port)]));

/** Of two stacks one goes on to its end, and the other says why not in one line for each thing it could not have. */
async function assertOneWins(stacks: readonly [Stack, Stack], why: RegExp): Promise<void> {
  const codes = await Promise.all(stacks.map((stack) => stack.exited));
  const outputs = stacks.map((stack) => stack.output()).join('\n----\n');
  assert.deepEqual(codes.toSorted(), [0, 1], outputs);
  const winner = stacks[codes.indexOf(0)]!;
  const loser = stacks[codes.indexOf(1)]!;
  assert.match(winner.output(), /everything it created is stored/);
  const lines = loser.output().trim().split('\n');
  for (const line of lines) assert.match(line, why, outputs);
  assert.deepEqual(loser.children(''), []);
}

test('of two stacks started at once in one directory, one runs', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await using directory = await temporaryDirectory();
    const stacks = await Promise.all([startStack(directory.path, DROP), startStack(directory.path, DROP)]);
    await using _first = stacks[0];
    await using _second = stacks[1];
    await assertOneWins(stacks, /^DATA_DIR="[^"]+" is in use by another run of click-ai[^\n]*$/);
    const [delivered, ...others] = await assertDelivered(directory.path);
    assert.deepEqual([delivered!.state, others], ['complete', []]);
  }
});

test('of two stacks started at once on the same ports, one runs', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await using one = await temporaryDirectory();
    await using other = await temporaryDirectory();
    const first = await startStack(one.path, DROP);
    await using _first = first;
    await using second = await startStack(other.path, { ...DROP, ...portsOf(first) });
    await assertOneWins(
      [first, second],
      /^(Starting click-ai in .*|Port \d+ on 127\.0\.0\.1 \([^)]+\) is taken [^\n]*)$/,
    );
  }
});
