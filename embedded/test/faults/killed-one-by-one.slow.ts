import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTERRUPTED_DROP, readLedger, startStack } from '../stack.ts';
import { openStored, temporaryDirectory } from '../stored.ts';

const rowsOfRun = (run: string) => `
  SELECT count() AS spans, uniqExact(TraceId, SpanId) AS distinct_spans
  FROM otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${run}'`;

test('npm start starts again what was killed, says so in two lines, and stores what was acknowledged, once', async () => {
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, { ...INTERRUPTED_DROP, RUN_ID: 'killed' });
  await stack.printed('▶ DROP_LIVE');
  for (const [module, back] of [
    ['collector/main.ts', /The collector is back after/],
    ['engine.ts', /ClickHouse is back after/],
    ['event-generator/src/main.ts', /run killed-2 ·[\s\S]*▶ DROP_LIVE/],
  ] as const) {
    await sleep(700);
    const [pid] = stack.children(module);
    process.kill(pid!, 'SIGKILL');
    await stack.printed(back);
  }
  stack.kill('SIGTERM');
  assert.equal(await stack.exited, 0, stack.output());
  assert.deepEqual(stack.children(''), []);
  const lines = stack.output().split('\n');
  const told = lines.filter((line) => / died | is back /.test(line)).map((line) => line.replace(/\d+\.\d s/, 'n s'));
  assert.deepEqual(told, [
    'The collector died (SIGKILL): starting it again.',
    'The collector is back after n s.',
    'ClickHouse died (SIGKILL): starting it again.',
    'ClickHouse is back after n s.',
    'The event-generator died (SIGKILL): starting it again.',
    'The event-generator (run killed-2) is back after n s.',
  ]);

  await using stored = await openStored(directory.path);
  for (const [run, state] of [
    ['killed', 'running'],
    ['killed-2', 'complete'],
  ] as const) {
    const ledger = await readLedger(directory.path, run);
    assert.equal(ledger.state, state);
    const { created, acknowledged, sent } = ledger.signals.traces;
    const [row] = await stored.rows<{ spans: number; distinct_spans: number }>(rowsOfRun(run));
    assert.ok(created > 30, `${created} created in ${run}`);
    assert.ok(row!.spans >= acknowledged && row!.spans <= sent, `${acknowledged} <= ${row!.spans} <= ${sent}`);
    assert.equal(row!.distinct_spans, row!.spans);
  }
});
