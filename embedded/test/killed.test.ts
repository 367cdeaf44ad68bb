import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONG_DROP, readLedger, startStack, wellIntoDropLive } from './stack.ts';
import { openStored, temporaryDirectory } from './stored.ts';

/** The shortest there is. */
const AT_ONCE = { CYCLES: '1', PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '1', POST_DROP_SECONDS: '1' };

const rowsOfRun = (run: string) => `
  SELECT count() AS spans, uniqExact(TraceId, SpanId) AS distinct_spans
  FROM otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${run}'`;

for (const [name, process] of [
  ['the collector', 'collector/main.ts'],
  ['ClickHouse', 'engine.ts'],
] as const) {
  test(`npm start names ${name} when it is killed, stops the rest, and stores at the next start what was acknowledged`, async () => {
    await using directory = await temporaryDirectory();
    await using stack = await startStack(directory.path, { ...LONG_DROP, RUN_ID: 'interrupted' });
    await wellIntoDropLive(stack);
    const [pid] = stack.children(process);
    globalThis.process.kill(pid!, 'SIGKILL');
    assert.equal(await stack.exited, 1, stack.output());
    assert.match(stack.output(), new RegExp(`${name} died \\(SIGKILL\\): stopping the rest`, 'i'));
    assert.deepEqual(stack.children(''), []);

    const { acknowledged, sent } = (await readLedger(directory.path, 'interrupted')).signals.traces;
    assert.ok(acknowledged > 1000, `${acknowledged} acknowledged`);
    await using again = await startStack(directory.path, AT_ONCE);
    assert.equal(await again.exited, 0, again.output());

    await using stored = await openStored(directory.path);
    const [row] = await stored.rows<{ spans: number; distinct_spans: number }>(rowsOfRun('interrupted'));
    assert.ok(row!.spans >= acknowledged && row!.spans <= sent, `${acknowledged} <= ${row!.spans} <= ${sent}`);
    assert.equal(row!.distinct_spans, row!.spans);
  });
}
