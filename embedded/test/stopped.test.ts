import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTERRUPTED_DROP, readLedger, startStack } from './stack.ts';
import { temporaryDirectory } from './stored.ts';

test('npm start beside a stack says what they would share and harms nothing; Ctrl-C then ends that stack in order', async () => {
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, { ...INTERRUPTED_DROP, RUN_ID: 'stopped' });
  await stack.printed('▶ DROP_LIVE');

  await using sameDirectory = await startStack(directory.path, INTERRUPTED_DROP);
  assert.equal(await sameDirectory.exited, 1);
  assert.match(sameDirectory.output(), /^[^\n]*in use by another run[^\n]*DATA_DIR[^\n]*\n$/);

  await using other = await temporaryDirectory();
  const taken = String(stack.ports.OTLP_GRPC_PORT);
  await using samePort = await startStack(other.path, { ...INTERRUPTED_DROP, OTLP_GRPC_PORT: taken });
  assert.equal(await samePort.exited, 1);
  assert.match(samePort.output(), new RegExp(`^[^\\n]*${taken}[^\\n]*OTLP_GRPC_PORT[^\\n]*\\n$`));

  stack.kill('SIGINT');
  assert.equal(await stack.exited, 0, stack.output());
  assert.match(stack.output(), /everything it created is stored/);
  const { traces, logs, metrics } = (await readLedger(directory.path, 'stopped')).signals;
  for (const { created, acknowledged } of [traces, logs, metrics]) assert.equal(acknowledged, created);
  assert.ok(traces.created > 1000);
});

test('npm start ends at once on a second signal', async () => {
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, INTERRUPTED_DROP);
  await stack.printed('▶ DROP_LIVE');
  stack.kill('SIGINT');
  await sleep(600);
  stack.kill('SIGINT');
  assert.notEqual(await stack.exited, 0);
  assert.deepEqual(stack.children(''), []);
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
