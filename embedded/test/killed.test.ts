import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LONG_DROP, readLedger, startStack, wellIntoDropLive } from './stack.ts';
import { openStored, temporaryDirectory } from './stored.ts';

const rowsOfRun = (run: string) => `
  SELECT count() AS spans, uniqExact(TraceId, SpanId) AS distinct_spans
  FROM otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${run}'`;

test('npm start starts again what was killed, says so in two lines, and stores what was acknowledged, once', async () => {
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, { ...LONG_DROP, RUN_ID: 'killed' });
  await wellIntoDropLive(stack);
  for (const [module, back] of [
    ['collector/main.ts', /The collector is back after/],
    ['engine.ts', /ClickHouse is back after/],
    ['event-generator/src/main.ts', /The event-generator \(run killed-2\) is back after/],
  ] as const) {
    const [pid] = stack.children(module);
    process.kill(pid!, 'SIGKILL');
    await stack.printed(back);
    await sleep(1_000);
  }
  stack.kill('SIGTERM');
  assert.equal(await stack.exited, 0, stack.output());
  assert.deepEqual(stack.children(''), []);
  const told = stack
    .output()
    .split('\n')
    .filter((line) => / died | is back /.test(line));
  assert.deepEqual(
    told.map((line) => line.replace(/\d+\.\d s/, 'n s')),
    [
      'The collector died (SIGKILL): starting it again.',
      'The collector is back after n s.',
      'ClickHouse died (SIGKILL): starting it again.',
      'ClickHouse is back after n s.',
      'The event-generator died (SIGKILL): starting it again.',
      'The event-generator (run killed-2) is back after n s.',
    ],
  );

  await using stored = await openStored(directory.path);
  for (const run of ['killed', 'killed-2']) {
    const { created, acknowledged, sent } = (await readLedger(directory.path, run)).signals.traces;
    const [row] = await stored.rows<{ spans: number; distinct_spans: number }>(rowsOfRun(run));
    assert.ok(created > 100, `${created} created in ${run}`);
    assert.ok(row!.spans >= acknowledged && row!.spans <= sent, `${acknowledged} <= ${row!.spans} <= ${sent}`);
    assert.equal(row!.distinct_spans, row!.spans);
  }
});
