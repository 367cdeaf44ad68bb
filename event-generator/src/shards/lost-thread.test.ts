import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.ts';
import { startingNow } from '../simulation/phase-machine.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import { createCounts } from '../telemetry/ledger/counts.ts';
import { LostShardError, startThread } from './thread-shard.ts';

const clock = createRealClock();

const plan = {
  config: readConfig(clock.now(), {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    DROP_LIVE_WORKERS: '10000',
    PRE_DROP_SECONDS: '0.001',
    QUEUE_LIMIT: '10000000',
    LOAD: '100',
  }),
  version: '0.0.0',
  thread: { index: 1, count: 2 },
  slice: { index: 1, count: 2 },
  time: { kind: 'real' },
} as const;

test('a thread that runs out of memory ends its shard with an error that says which, and hangs nobody', async () => {
  const thread = await startThread(plan, {
    clock,
    account: { counts: createCounts(), sending: async () => {} },
    writeLedger: async () => {},
    observer: { dropStarted: () => {}, phaseStarted: () => {}, dropEnded: () => {}, incidentChanged: () => {} },
    seeCollector: () => {},
    report: () => {},
    heapMiB: 48,
  });
  const shard = await thread.start(startingNow(clock.now()));
  const never = new AbortController().signal;
  await assert.rejects(shard.run({ requested: never, overdue: never }), (error) => {
    assert.ok(error instanceof LostShardError);
    assert.match(error.message, /^Shard 1 of 2 was lost \(.*memory.*\): the run ends\./);
    return true;
  });
});
