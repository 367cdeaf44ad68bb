import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countLines } from './lines.ts';
import { watchMemory } from './memory.ts';
import { createPipeline, type Drop, type Pipeline, type PipelineOptions } from './pipeline.ts';

/** Many times what the machine can take, for a minute. */
const RUSH_SECONDS = 60;
const DROP = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: String(RUSH_SECONDS), POST_DROP_SECONDS: '1', CYCLES: '1' };

/** Megabytes of physical memory that hold at any load: ARCHITECTURE.md says what they are made of. */
const BOUNDS = { generator: 1_000, collector: 500, clickhouse: 2_000 };

interface Overload {
  readonly runId: string;
  readonly load: number;
  readonly options?: PipelineOptions;
  /** What happens to the pipeline, which is up with the collector unless `isCollectorLate`, while the drop is on. */
  readonly meanwhile?: (pipeline: Pipeline) => Promise<void>;
  readonly isCollectorLate?: boolean;
}

/** Runs an overloaded drop to its end, holds each process against its bound each second, and verifies the run. */
async function overload(t: TestContext, { runId, load, options, meanwhile, isCollectorLate }: Overload) {
  await using pipeline = await createPipeline(options);
  await pipeline.startClickHouse();
  if (!isCollectorLate) await pipeline.startCollector();
  using memory = watchMemory(pipeline.pids);
  const drop: Drop = pipeline.startDrop(runId, { ...DROP, LOAD: String(load) });
  await drop.printed('DROP_LIVE');
  await meanwhile?.(pipeline);
  assert.equal(await drop.exited, 0, drop.output());
  await pipeline.verify(runId);
  const peaks = memory.peaks();
  t.diagnostic(`most memory in MB: ${JSON.stringify(peaks)}; ${/^spans .*$/m.exec(drop.output())?.[0]}`);
  for (const [name, bound] of Object.entries(BOUNDS)) {
    const peak = peaks[name] ?? 0;
    assert.ok(peak > 0 && peak <= bound, `${name} took ${peak} MB of its ${bound}`);
  }
  return { drop: drop.output(), collector: pipeline.collectorOutput() };
}

for (const load of [100, 1_000]) {
  test(`LOAD=${load}: what is made is stored, in bounded memory`, async (t) => {
    const lines = await overload(t, { runId: `load-${load}`, load });
    assert.equal(countLines(lines.collector, /quarantine|can't/), 0, lines.collector);
  });
}

test('LOAD=100 while the collector is away: the simulation waits', async (t) => {
  const lines = await overload(t, {
    runId: 'load-collector-away',
    load: 100,
    isCollectorLate: true,
    meanwhile: async (pipeline) => {
      await sleep(30_000);
      await pipeline.startCollector();
    },
  });
  assert.equal(countLines(lines.drop, /^!/), 2, lines.drop);
});

test('LOAD=100 while ClickHouse is away: the spool fills up and senders are told to wait', async (t) => {
  const lines = await overload(t, {
    runId: 'load-clickhouse-away',
    load: 100,
    options: { spoolMaxBytes: 20e6 },
    meanwhile: async (pipeline) => {
      await pipeline.stopClickHouse();
      await sleep(30_000);
      await pipeline.startClickHouse();
    },
  });
  assertEpisodes(lines, 1);
  assert.equal(countLines(lines.collector, /^collector: can't load .* into ClickHouse/), 1, lines.collector);
  assert.equal(countLines(lines.collector, /^collector: ClickHouse stores again/), 1, lines.collector);
});

test('LOAD=100 while ClickHouse runs a fifth of the time: the drop goes at its pace', async (t) => {
  const lines = await overload(t, {
    runId: 'load-clickhouse-slow',
    load: 100,
    options: { spoolMaxBytes: 20e6 },
    meanwhile: (pipeline) => slowDown(pipeline.pids.clickhouse()!, RUSH_SECONDS - 15),
  });
  assertEpisodes(lines, 3);
  assert.equal(countLines(lines.collector, /can't/), 0, lines.collector);
});

/**
 * Both sides tell of the full spool in one line when it begins and one when it is over: an episode, or two or three where ClickHouse
 * caught up for a while.
 */
function assertEpisodes(
  { drop, collector }: { readonly drop: string; readonly collector: string },
  most: number,
): void {
  const full = countLines(collector, /^collector: the spool is full: /);
  assert.ok(full >= 1 && full <= most, collector);
  assert.equal(countLines(collector, /^collector: the spool has room again: /), full, collector);
  const waited = countLines(drop, /^! .* is given more than it stores \(RESOURCE_EXHAUSTED: the spool is full/);
  assert.ok(waited >= 1 && waited <= most, drop);
  assert.equal(countLines(drop, /^! .* has room for all telemetry again/), waited, drop);
  assert.equal(countLines(drop, /^!/), 2 * waited, drop);
}

/** Stops the process for 0.8 s of every second. */
async function slowDown(pid: number, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    process.kill(pid, 'SIGSTOP');
    await sleep(800);
    process.kill(pid, 'SIGCONT');
    await sleep(200);
  }
}
