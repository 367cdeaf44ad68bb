import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import type { RunStatus } from '../src/shards/run-status.ts';
import { startRun } from '../src/shards/start-run.ts';
import { createRealClock } from '../src/simulation/real-clock.ts';
import type { Counts } from '../src/telemetry/ledger/counts.ts';
import { openLedger } from '../src/telemetry/ledger/ledger.ts';

/** A Monday morning. */
const START = Date.UTC(2026, 5, 1, 10);

/** What a run on a time of its own came to. */
export interface SimulatedRun {
  readonly counts: Counts;
  readonly status: RunStatus;
}

/** Runs one drop on a time of its own from {@link START} on, in this process, and delivers it to `endpoint`. */
export async function simulateRun(endpoint: string, settings: Record<string, string> = {}): Promise<SimulatedRun> {
  const dataDir = await mkdtemp(join(tmpdir(), 'click-ai-simulated-'));
  const clock = createRealClock();
  const requested = new AbortController();
  const config = readConfig(clock.now(), {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    DATA_DIR: dataDir,
    SEED: 'simulated',
    RUN_ID: 'simulated',
    CYCLES: '1',
    ...settings,
  });
  const { runId, seed, shard } = config;
  const ledger = await openLedger({
    dataDir,
    run: { runId, seed, startedAt: START, endpoint, shard, settings: {} },
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
  const { counts } = ledger;
  await ledger.finish('complete');
  await rm(dataDir, { recursive: true });
  return { counts, status: run.status() };
}
