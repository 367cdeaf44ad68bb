import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../event-generator/src/config.ts';
import { startRun } from '../../event-generator/src/shards/start-run.ts';
import { createRealClock } from '../../event-generator/src/simulation/real-clock.ts';
import { openLedger } from '../../event-generator/src/telemetry/ledger/ledger.ts';
import { runSide, type SideReport, type SideTask } from './side.ts';

/** The generator's task. */
export interface SimulationTask extends SideTask {
  /** `SHARDS` */
  readonly shards: number;
  /** Where simulated time starts, as milliseconds since the epoch. A store keeps three days: what goes into one is of now. */
  readonly from?: number;
}

/** A Monday morning: where simulated time starts by itself. */
const START = Date.UTC(2026, 5, 1, 10);

/** How often it is looked whether there are enough spans. */
const LOOK_EVERY_MS = 10;

/** The generator as it runs live, at its default settings, but for the clock: nobody thinks and no backend takes its time. */
async function simulate({ endpoint, spans, shards, from = START }: SimulationTask): Promise<SideReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'click-ai-bench-'));
  const clock = createRealClock();
  const config = readConfig(clock.now(), {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    DATA_DIR: dataDir,
    SHARDS: String(shards),
  });
  const { runId, seed, shard, inForce: settings } = config;
  const report = (line: string) => console.error(line);
  const ledger = await openLedger({
    dataDir,
    run: { runId, seed, startedAt: clock.now(), endpoint, shard, settings },
    wallClock: clock,
    report,
  });
  const requested = new AbortController();
  const run = await startRun({
    config,
    version: '0',
    clock,
    time: { kind: 'simulated', from },
    ledger,
    observer: { dropStarted: () => {}, phaseStarted: () => {}, dropEnded: () => {}, incidentChanged: () => {} },
    report,
    stop: { requested: requested.signal, overdue: new AbortController().signal, request: () => requested.abort() },
  });
  while (ledger.counts.traces.created < spans) await clock.sleep(LOOK_EVERY_MS);
  requested.abort();
  await run.over;
  await ledger.finish('complete');
  await rm(dataDir, { recursive: true });
  const { traces, logs, metrics } = ledger.counts;
  return { spans: traces.created, logRecords: logs.created, dataPoints: metrics.created };
}

await runSide(simulate);
