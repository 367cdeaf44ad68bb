import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startOtlpReceiver } from '../../test/otlp-receiver.ts';
import { receivedSpans } from '../../test/received-spans.ts';
import { readConfig } from '../config.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import { openLedger } from '../telemetry/ledger/ledger.ts';
import { startRun } from './start-run.ts';

const START = Date.UTC(2026, 5, 1, 10);

/** Runs one short drop on a time of its own: what arrived of it, and whether its workers waited for room. */
async function simulate(queueLimit: number) {
  await using receiver = await startOtlpReceiver();
  const dataDir = await mkdtemp(join(tmpdir(), 'click-ai-simulated-'));
  const clock = createRealClock();
  const requested = new AbortController();
  const config = readConfig(clock.now(), {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    DATA_DIR: dataDir,
    SEED: 'simulated',
    RUN_ID: 'simulated',
    CYCLES: '1',
    DROP_LIVE_SECONDS: '6',
    QUEUE_LIMIT: String(queueLimit),
  });
  const ledger = await openLedger({
    dataDir,
    run: {
      runId: config.runId,
      seed: config.seed,
      startedAt: START,
      endpoint: config.endpoint,
      shard: config.shard,
      settings: {},
    },
    wallClock: clock,
    report: () => {},
  });
  const run = await startRun({
    config,
    version: '0',
    clock,
    time: { kind: 'simulated', from: START },
    ledger,
    observer: { dropStarted: () => {}, phaseStarted: () => {}, dropEnded: () => {}, incidentChanged: () => {} },
    report: () => {},
    stop: { requested: requested.signal, overdue: new AbortController().signal, request: () => {} },
  });
  await run.over;
  requested.abort();
  await ledger.finish('complete');
  await rm(dataDir, { recursive: true });
  const spans = receivedSpans(receiver).map(({ id, startsAt }) => `${id} at ${startsAt - START}`);
  return { spans: spans.sort(), created: ledger.counts.traces.created, waitedSeconds: run.status().waitedSeconds };
}

test('two minutes of simulated time take seconds, and are the same however long workers wait for the collector', async () => {
  const before = performance.now();
  const roomy = await simulate(100_000);
  const narrow = await simulate(2_048);
  assert.ok(performance.now() - before < 60_000);
  assert.ok(roomy.created > 4_096, `${roomy.created} spans`);
  assert.equal(roomy.spans.length, roomy.created);
  assert.equal(roomy.waitedSeconds, 0);
  assert.ok(narrow.waitedSeconds > 0, 'nobody had to wait');
  assert.deepEqual(narrow.spans, roomy.spans);
});
