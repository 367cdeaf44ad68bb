import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../collector.ts';
import { countLines } from './lines.ts';
import { watchMemory } from './memory.ts';
import { createPipeline, type Drop, type Pipeline, type PipelineOptions } from './pipeline.ts';

const DROP = { PRE_DROP_SECONDS: '1', POST_DROP_SECONDS: '1', CYCLES: '1' };
/** Where something is taken away as well. */
const RUSH_SECONDS = 40;
const AWAY_MILLIS = 20_000;

/** Megabytes of physical memory that hold at any load: ARCHITECTURE.md says what they are made of. */
const boundsOf = (shards: number) => ({ generator: 600 + 400 * shards, collector: 500, clickhouse: 2_000 });

interface Overload {
  readonly runId: string;
  readonly load: number;
  readonly shards?: number;
  /** How long the rush lasts. */
  readonly seconds?: number;
  readonly options?: PipelineOptions;
  /** What happens to the pipeline, which is up with the collector unless `isCollectorLate`, while the drop is on. */
  readonly meanwhile?: (pipeline: Pipeline) => Promise<void>;
  readonly isCollectorLate?: boolean;
}

/** Runs an overloaded drop to its end, holds each process against its bound each second, and verifies the run. */
async function overload(t: TestContext, overloaded: Overload) {
  const { runId, load, shards = 1, seconds = RUSH_SECONDS, options, meanwhile, isCollectorLate } = overloaded;
  await using pipeline = await createPipeline(options);
  await pipeline.startClickHouse();
  if (!isCollectorLate) await pipeline.startCollector();
  using memory = watchMemory(pipeline.pids);
  const settings = { LOAD: String(load), SHARDS: String(shards), DROP_LIVE_SECONDS: String(seconds) };
  const drop: Drop = pipeline.startDrop(runId, { ...DROP, ...settings });
  await drop.printed('DROP_LIVE');
  await meanwhile?.(pipeline);
  assert.equal(await drop.exited, 0, drop.output());
  await pipeline.verify(runId);
  const peaks = memory.peaks();
  t.diagnostic(`most memory in MB: ${JSON.stringify(peaks)}; ${/^spans .*$/m.exec(drop.output())?.[0]}`);
  for (const [name, bound] of Object.entries(boundsOf(shards))) {
    const peak = peaks[name] ?? 0;
    assert.ok(peak > 0 && peak <= bound, `${name} took ${peak} MB of its ${bound}`);
  }
  return { drop: drop.output(), collector: pipeline.collectorOutput() };
}

for (const { load, shards, seconds } of [
  { load: 100, shards: 1, seconds: 60 },
  { load: 1_000, shards: 2, seconds: 30 },
]) {
  test(`LOAD=${load} SHARDS=${shards} for ${seconds} s, many times what the machine can take: what is made is stored`, async (t) => {
    const lines = await overload(t, { runId: `load-${load}`, load, shards, seconds });
    assert.equal(countLines(lines.collector, /quarantine|can't/), 0, lines.collector);
  });
}

test('LOAD=100 while the collector is away: the simulation waits', async (t) => {
  const lines = await overload(t, {
    runId: 'load-collector-away',
    load: 100,
    isCollectorLate: true,
    meanwhile: async (pipeline) => {
      await sleep(AWAY_MILLIS);
      await pipeline.startCollector();
    },
  });
  assert.equal(countLines(lines.drop, /^!/), 2, lines.drop);
});

test('LOAD=100 while ClickHouse is away: the spool fills up and senders are told to wait', async (t) => {
  const lines = await overload(t, {
    runId: 'load-clickhouse-away',
    load: 100,
    options: { spoolMaxBytes: 10e6 },
    meanwhile: async (pipeline) => {
      await pipeline.stopClickHouse();
      await until('a full spool', () => pipeline.collectorOutput().includes('the spool is full'), 60_000);
      await sleep(5_000);
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
    options: { spoolMaxBytes: 10e6 },
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
  const over = countLines(drop, /^! .* has room for all telemetry again/);
  // Where the run ends within 10 s of the last refusal, its table says the rest.
  assert.ok(over === waited || over === waited - 1, drop);
  assert.equal(countLines(drop, /^!/), waited + over, drop);
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
