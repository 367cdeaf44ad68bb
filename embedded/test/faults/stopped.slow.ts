import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../stack.ts';
import { temporaryDirectory } from '../stored.ts';
import { chances } from './chance.ts';
import { assertDelivered } from './delivered.ts';

/** One cycle of six seconds and then the next, each phase as busy as twice DROP_LIVE. */
const SHORT_CYCLE = {
  PRE_DROP_SECONDS: '2',
  PRE_DROP_WORKERS: '40',
  DROP_LIVE_SECONDS: '2',
  POST_DROP_SECONDS: '2',
  POST_DROP_WORKERS: '40',
  INVENTORY_MIN: '60',
  INVENTORY_MAX: '60',
  LOAD: '2',
};

/** Ends in order: exit code 0, nothing left running, and a last line that says what came of it. */
async function assertStops(stack: Stack, signal: NodeJS.Signals): Promise<void> {
  stack.kill(signal);
  const code = await stack.exited;
  assert.deepEqual(stack.children(''), []);
  // Node itself was still starting, and nothing else.
  if (code === signal && stack.output() === '') return;
  assert.equal(code, 0, stack.output());
  const lines = stack.output().trimEnd().split('\n');
  assert.match(lines.at(-1)!, /is stored|^Stopped before everything had started\.$/, stack.output());
  assert.doesNotMatch(stack.output(), / died |Error|\bat \w+ \(/);
}

test('SIGTERM and Ctrl-C at any moment of the start and of a cycle end the stack in order', async (t) => {
  await using directory = await temporaryDirectory();
  const chance = chances('any moment');
  for (let i = 0; i < 6; i++) {
    const signal = i % 2 === 0 ? 'SIGTERM' : 'SIGINT';
    await using stack = await startStack(directory.path, SHORT_CYCLE, { inTerminal: signal === 'SIGINT' });
    const millis = Math.round(i < 3 ? 50 + chance() * 300 : chance() * 2_500);
    await sleep(millis);
    t.diagnostic(`${millis} ms after the start`);
    await assertStops(stack, signal);
  }
  for (const [i, moment] of ['DROP 1', '▶ PRE_DROP', '▶ DROP_LIVE', '▶ POST_DROP', 'DROP 1 over', 'DROP 2'].entries()) {
    const signal = i % 2 === 0 ? 'SIGINT' : 'SIGTERM';
    await using stack = await startStack(directory.path, SHORT_CYCLE, { inTerminal: signal === 'SIGINT' });
    await stack.printed(moment);
    const millis = Math.round(chance() * 1_500);
    await sleep(millis);
    t.diagnostic(`${millis} ms after ${moment}`);
    await assertStops(stack, signal);
  }
  for (const { runId, state, created, stored } of await assertDelivered(directory.path)) {
    assert.deepEqual({ runId, state, stored }, { runId, state: 'complete', stored: created });
  }
});

for (const [name, module] of [
  ['the collector', 'collector/main.ts'],
  ['ClickHouse', 'engine.ts'],
  ['the event-generator', 'event-generator/src/main.ts'],
] as const) {
  test(`a stop in the moments after kill -9 of ${name} waits for its return, and all that was acknowledged is stored`, async (t) => {
    await using directory = await temporaryDirectory();
    const chance = chances(name);
    for (let i = 0; i < 4; i++) {
      await using stack = await startStack(directory.path, SHORT_CYCLE);
      await stack.printed('▶ DROP_LIVE');
      process.kill(stack.children(module)[0]!, 'SIGKILL');
      const millis = Math.round(chance() * 1_500);
      await sleep(millis);
      stack.kill('SIGTERM');
      assert.equal(await stack.exited, 0, `${millis} ms after the kill: ${stack.output()}`);
      assert.equal(stack.output().match(/ died /g)?.length, 1, stack.output());
    }
    for (const { runId, state, acknowledged, stored } of await assertDelivered(directory.path)) {
      t.diagnostic(`${runId} ${state}: ${acknowledged} spans acknowledged, ${stored} stored`);
    }
  });

  test(`kill -9 of ${name} in the middle of a stop: all that was acknowledged is stored all the same`, async (t) => {
    await using directory = await temporaryDirectory();
    const chance = chances(`${name}, stopping`);
    for (let i = 0; i < 4; i++) {
      await using stack = await startStack(directory.path, SHORT_CYCLE);
      await stack.printed('▶ DROP_LIVE');
      await sleep(1_000);
      stack.kill('SIGTERM');
      const millis = Math.round(chance() * 1_500);
      await sleep(millis);
      const [pid] = stack.children(module);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      assert.equal(await stack.exited, 0, `${millis} ms after the stop: ${stack.output()}`);
      assert.deepEqual(stack.children(''), []);
    }
    for (const { runId, state, acknowledged, stored } of await assertDelivered(directory.path)) {
      t.diagnostic(`${runId} ${state}: ${acknowledged} spans acknowledged, ${stored} stored`);
    }
  });
}
