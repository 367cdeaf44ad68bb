import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countLines } from './lines.ts';
import { createPipeline } from './pipeline.ts';

const DROP = { PRE_DROP_SECONDS: '1', POST_DROP_SECONDS: '1', CYCLES: '1', LOAD: '2' };

test('ClickHouse away for 20 s in the rush: the collector takes everything meanwhile, and stores it when it is back', async () => {
  await using pipeline = await createPipeline();
  await pipeline.startClickHouse();
  await pipeline.startCollector();
  const drop = pipeline.startDrop('clickhouse-away', { ...DROP, DROP_LIVE_SECONDS: '30' });
  await drop.printed('DROP_LIVE');
  await sleep(3_000);
  await pipeline.stopClickHouse();
  await sleep(20_000);
  await pipeline.startClickHouse();

  assert.equal(await drop.exited, 0, drop.output());
  await pipeline.verify('clickhouse-away');
  const lines = pipeline.collectorOutput();
  assert.equal(
    countLines(lines, /can't load .* into ClickHouse .*(is started again|check that ClickHouse runs)/),
    1,
    lines,
  );
  assert.equal(countLines(lines, /ClickHouse stores again$/), 1, lines);
  assert.equal(lines.trim().split('\n').length, 2, lines);
  assert.equal(countLines(drop.output(), /^!/), 0, drop.output());
});

test('the collector away at the start, and killed for a minute in the rush: the drop waits, and all of it arrives once', async () => {
  await using pipeline = await createPipeline();
  await pipeline.startClickHouse();
  const drop = pipeline.startDrop('collector-away', { ...DROP, DROP_LIVE_SECONDS: '85' });
  await drop.printed('DROP_LIVE');
  await sleep(3_000);
  await pipeline.startCollector();
  await drop.printed('takes telemetry again');
  await sleep(5_000);
  await pipeline.endCollector('SIGKILL');
  await sleep(60_000);
  await pipeline.startCollector();

  assert.equal(await drop.exited, 0, drop.output());
  await pipeline.verify('collector-away');
  const lines = drop.output();
  assert.equal(countLines(lines, /^! .* takes no telemetry \(UNAVAILABLE: /), 2, lines);
  assert.equal(countLines(lines, /^! .* takes telemetry again after /), 2, lines);
  assert.equal(countLines(lines, /^!/), 4, lines);
});
