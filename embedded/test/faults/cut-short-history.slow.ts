import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLedger, type Stack, startStack } from '../stack.ts';
import { openStored, temporaryDirectory } from '../stored.ts';

/** Drops of 6 s, and a history of them that is long under way. */
const LONG_HISTORY = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '4', POST_DROP_SECONDS: '1', BACKFILL: '20h' };

/** Kills its event-generator when some of the history is stored. */
async function killInHistory(stack: Stack): Promise<void> {
  await stack.printed(/^history from \S+ on: 12,000 drops, then live$/m);
  await sleep(3_000);
  const [pid] = stack.children('event-generator/src/main.ts');
  process.kill(pid!, 'SIGKILL');
}

async function spansOf(directory: string, run: string): Promise<number> {
  await using stored = await openStored(directory);
  const [row] = await stored.rows<{ spans: number }>(
    `SELECT count() AS spans FROM otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${run}'`,
  );
  return row!.spans;
}

test('a history whose event-generator is killed is taken back before the drop goes on', async () => {
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, { ...LONG_HISTORY, RUN_ID: 'cut' });
  await killInHistory(stack);
  await stack.printed(/^! \S+ Run cut is undone: [\d,]{6,} rows are deleted\.$/m);
  await stack.printed(/run cut-2 ·[^●]*▶ DROP_LIVE/);
  stack.kill('SIGTERM');
  assert.equal(await stack.exited, 0, stack.output());
  assert.match(stack.output(), /^Run cut: it was undone, and nothing of it is stored\.$/m);
  assert.match(stack.output(), /^Run cut-2: everything it created is stored\.$/m);
  assert.equal((await readLedger(directory.path, 'cut')).state, 'undone');
  assert.equal(await spansOf(directory.path, 'cut'), 0);
});

for (const [how, end] of [
  ['stopped', (stack: Stack) => stack.kill('SIGTERM')],
  [
    'killed whole',
    (stack: Stack) => {
      for (const pid of [stack.pid, ...stack.children('')]) process.kill(pid, 'SIGKILL');
    },
  ],
] as const) {
  test(`a history that is ${how} is taken back at the next start, which makes one of its own`, async () => {
    await using directory = await temporaryDirectory();
    {
      await using stack = await startStack(directory.path, { ...LONG_HISTORY, RUN_ID: 'first' });
      await stack.printed('history from');
      await sleep(3_000);
      end(stack);
      await stack.exited;
    }
    await using stack = await startStack(directory.path, { ...LONG_HISTORY, BACKFILL: '2', RUN_ID: 'second' });
    await stack.printed(/^! \S+ Run first is undone: [\d,]{6,} rows are deleted\.$/m);
    await stack.printed('● live');
    stack.kill('SIGTERM');
    assert.equal(await stack.exited, 0, stack.output());
    assert.match(stack.output(), /^Run second: everything it created is stored\.$/m);
    assert.equal(await spansOf(directory.path, 'first'), 0);
    assert.ok((await spansOf(directory.path, 'second')) > 1_000);
  });
}
