import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLedger, SHORT_DROP, type Stack, startStack } from './stack.ts';
import { openStored, temporaryDirectory } from './stored.ts';

/** A drop long enough to be interrupted in the middle of DROP_LIVE. */
const INTERRUPTED = { ...SHORT_DROP, CYCLES: '1', DROP_LIVE_SECONDS: '30', LOAD: '2' };

/** The shortest there is. */
const AT_ONCE = { CYCLES: '1', PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '1', POST_DROP_SECONDS: '1' };

async function wellIntoDropLive(stack: Stack): Promise<void> {
  await stack.printed('▶ DROP_LIVE');
  await sleep(3_000);
}

const rowsOfRun = (run: string) => `
  SELECT count() AS spans, uniqExact(TraceId, SpanId) AS distinct_spans
  FROM otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${run}'`;

describe('the stack', () => {
  for (const [name, process] of [
    ['the collector', 'collector/main.ts'],
    ['ClickHouse', 'engine.ts'],
  ] as const) {
    test(`names ${name} when it is killed, stops the rest, and stores at the next start what was acknowledged`, async () => {
      await using directory = await temporaryDirectory();
      await using stack = await startStack(directory.path, { ...INTERRUPTED, RUN_ID: 'interrupted' });
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

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`stops in order on ${signal}: flushed, stored, exit code 0`, async () => {
      await using directory = await temporaryDirectory();
      await using stack = await startStack(directory.path, { ...INTERRUPTED, RUN_ID: 'stopped' });
      await wellIntoDropLive(stack);
      stack.kill(signal);
      assert.equal(await stack.exited, 0, stack.output());
      assert.match(stack.output(), /everything it created is stored/);
      const { traces, logs, metrics } = (await readLedger(directory.path, 'stopped')).signals;
      for (const { created, acknowledged } of [traces, logs, metrics]) assert.equal(acknowledged, created);
      assert.ok(traces.created > 1000);
    });
  }

  test('ends at once on a second signal', async () => {
    await using directory = await temporaryDirectory();
    await using stack = await startStack(directory.path, INTERRUPTED);
    await wellIntoDropLive(stack);
    stack.kill('SIGINT');
    await sleep(600);
    stack.kill('SIGINT');
    assert.notEqual(await stack.exited, 0);
    assert.deepEqual(stack.children(''), []);
  });
});

test('a stack beside another says what they would share, and starts nothing', async () => {
  await using directory = await temporaryDirectory();
  await using first = await startStack(directory.path, SHORT_DROP);
  await first.printed('DROP 1');

  await using sameDirectory = await startStack(directory.path, SHORT_DROP);
  assert.equal(await sameDirectory.exited, 1);
  assert.match(sameDirectory.output(), /^[^\n]*in use by another run[^\n]*DATA_DIR[^\n]*\n$/);

  await using other = await temporaryDirectory();
  const taken = String(first.ports.OTLP_GRPC_PORT);
  await using samePort = await startStack(other.path, { ...SHORT_DROP, OTLP_GRPC_PORT: taken });
  assert.equal(await samePort.exited, 1);
  assert.match(samePort.output(), new RegExp(`^[^\\n]*${taken}[^\\n]*OTLP_GRPC_PORT[^\\n]*\\n$`));
});

test('settings that are wrong, of the stack and of the event-generator, are told together with exit code 2', async () => {
  await using directory = await temporaryDirectory();
  const wrong = { HYPERDX_PORT: 'eighty', LOAD: '-1', INVENTORY_MIN: '9', INVENTORY_MAX: '3', HOST: 'example' };
  await using stack = await startStack(directory.path, wrong);
  assert.equal(await stack.exited, 2);
  const lines = stack.output().trim().split('\n');
  assert.equal(lines.length, 4, stack.output());
  for (const name of [
    'HYPERDX_PORT="eighty": expected',
    'LOAD="-1": expected',
    'INVENTORY_MIN',
    'HOST="example": expected',
  ])
    assert.ok(
      lines.some((line) => line.startsWith(name)),
      stack.output(),
    );
});
