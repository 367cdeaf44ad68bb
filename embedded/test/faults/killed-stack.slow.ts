import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../stack.ts';
import { temporaryDirectory } from '../stored.ts';
import { chances } from './chance.ts';
import { assertDelivered } from './delivered.ts';

const RUSH = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '600', LOAD: '2', SEED: '12' };

test('kill -9 of the whole stack in the rush, again and again, and each time the same ports: nothing acknowledged is lost', async (t) => {
  await using directory = await temporaryDirectory();
  const chance = chances('the whole stack');
  let ports: Record<string, string> = {};
  for (const killed of ['everything', 'the supervisor', 'everything', 'the supervisor'] as const) {
    await using stack = await startStack(directory.path, { ...RUSH, ...ports });
    ports = {
      ...Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, String(port)])),
      ...ports,
    };
    await stack.printed('▶ DROP_LIVE');
    await sleep(1_000 + 4_000 * chance());
    const children = stack.children('');
    assert.equal(children.length, 3, stack.output());
    stack.kill('SIGKILL');
    // Killed alone, it leaves children behind that end by themselves while the next start waits for their ports.
    if (killed === 'everything') for (const pid of children) process.kill(pid, 'SIGKILL');
    assert.equal(await stack.exited, 'SIGKILL');
  }
  await using last = await startStack(directory.path, { ...RUSH, ...ports });
  await last.printed('▶ DROP_LIVE');
  await sleep(2_000);
  last.kill('SIGTERM');
  assert.equal(await last.exited, 0, last.output());

  const delivered = await assertDelivered(directory.path);
  // Orphans flush.
  assert.deepEqual(
    delivered.map(({ state }) => state),
    ['running', 'complete', 'running', 'complete', 'complete'],
  );
  for (const { runId, state, created, acknowledged, stored } of delivered) {
    assert.ok(acknowledged > 500, `${acknowledged} acknowledged of ${runId}`);
    t.diagnostic(`${runId} ${state}: ${created} spans created, ${acknowledged} acknowledged, ${stored} stored`);
  }
});
