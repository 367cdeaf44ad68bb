import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../stack.ts';
import { temporaryDirectory } from '../stored.ts';
import { chances } from './chance.ts';
import { assertDelivered } from './delivered.ts';

/** Twice the workers of DROP_LIVE, for longer than a test needs. */
const RUSH = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '600', LOAD: '2', SEED: '11' };

const PARTS = {
  collector: { module: 'collector/main.ts', name: 'The collector', back: /The collector is back/g },
  clickhouse: { module: 'engine.ts', name: 'ClickHouse', back: /ClickHouse is back/g },
  // Back once it has begun a run.
  generator: { module: 'event-generator/src/main.ts', name: 'The event-generator', back: /run rush-\d+ ·/g },
} as const;
type Part = keyof typeof PARTS;

/** Kills a part at once. */
function kill(stack: Stack, part: Part, signal: NodeJS.Signals = 'SIGKILL'): void {
  const [pid] = stack.children(PARTS[part].module);
  process.kill(pid!, signal);
}

/** Kills a part and resolves when it is back. */
async function killAndWait(stack: Stack, part: Part): Promise<void> {
  const returns = () => stack.output().match(PARTS[part].back)?.length ?? 0;
  const before = returns();
  kill(stack, part);
  const deadline = Date.now() + 60_000;
  while (returns() === before) {
    assert.ok(Date.now() < deadline, stack.output());
    await sleep(20);
  }
}

/** The lines of the supervisor about deaths and returns, without their times. */
function told(stack: Stack): string[] {
  const lines = stack.output().split('\n');
  return lines.filter((line) => / died | is back /.test(line)).map((line) => line.replace(/\d+\.\d s/, 'n s'));
}

for (const [name, kills, shards] of [
  ['the collector', ['collector', 'collector', 'collector', 'collector'], '1'],
  ['ClickHouse', ['clickhouse', 'clickhouse', 'clickhouse', 'clickhouse'], '1'],
  ['the event-generator', ['generator', 'generator', 'generator', 'generator'], '1'],
  ['each in turn', ['collector', 'clickhouse', 'generator', 'clickhouse', 'collector', 'generator'], '2'],
] as const satisfies readonly (readonly [string, readonly Part[], string])[]) {
  test(`kill -9 of ${name}, again and again in the rush, loses nothing that was acknowledged`, async (t) => {
    await using directory = await temporaryDirectory();
    await using stack = await startStack(directory.path, { ...RUSH, RUN_ID: 'rush', SHARDS: shards });
    const chance = chances(name);
    const runs = 1 + kills.filter((part) => part === 'generator').length;
    await stack.printed('▶ DROP_LIVE');
    await sleep(2_000);
    for (const part of kills) {
      await sleep(500 + 4_000 * chance());
      await killAndWait(stack, part);
    }
    await sleep(2_000);
    stack.kill('SIGTERM');
    assert.equal(await stack.exited, 0, stack.output());

    let run = 1;
    const expected = kills.flatMap((part) => {
      const returned = part === 'generator' ? `${PARTS[part].name} (run rush-${++run})` : PARTS[part].name;
      return [`${PARTS[part].name} died (SIGKILL): starting it again.`, `${returned} is back after n s.`];
    });
    assert.deepEqual(told(stack), expected);
    const delivered = await assertDelivered(directory.path);
    assert.equal(delivered.length, runs);
    assert.ok(Math.max(...delivered.map(({ stored }) => stored)) > 2_000);
    for (const { runId, state, created, acknowledged, stored } of delivered) {
      assert.ok(acknowledged > 0, `${runId}: nothing acknowledged`);
      t.diagnostic(`${runId} ${state}: ${created} spans created, ${acknowledged} acknowledged, ${stored} stored`);
    }
  });
}

test('what dies five times within a minute is not started again: the rest stops in order, and nothing is lost', async () => {
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, { ...RUSH, RUN_ID: 'rush' });
  await stack.printed('▶ DROP_LIVE');
  for (let i = 1; i < 5; i++) {
    await sleep(500);
    await killAndWait(stack, 'clickhouse');
  }
  // As if it had crashed.
  kill(stack, 'clickhouse', 'SIGABRT');
  assert.equal(await stack.exited, 1, stack.output());
  assert.deepEqual(stack.children(''), []);
  const path = directory.path;
  assert.equal(
    told(stack).at(-1),
    `ClickHouse died 5 times within 60 s (SIGABRT: ${path}/clickhouse/log/clickhouse.log says why): stopping the rest. What was acknowledged and is not stored yet stays in ${path}/spool until the next start. If it crashes then, too, move the segment that could not be loaded, the one named above, out of there.`,
  );
  await using again = await startStack(path, {
    PRE_DROP_SECONDS: '1',
    DROP_LIVE_SECONDS: '1',
    POST_DROP_SECONDS: '1',
    CYCLES: '1',
  });
  assert.equal(await again.exited, 0, again.output());
  await assertDelivered(path);
});
