import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createClient } from '@clickhouse/client';
import { rowsOf, temporaryDirectory } from '../stored.ts';
import { countLines } from './lines.ts';
import { createPipeline } from './pipeline.ts';

const HOUR = 3_600_000;
const DROP = { PRE_DROP_SECONDS: '2', DROP_LIVE_SECONDS: '20', POST_DROP_SECONDS: '3', CYCLES: '1', LOAD: '2' };

test("the machine's clock an hour forwards, then two back, in the rush: nothing lost, hurried, late or of a wrong length", async () => {
  await using directory = await temporaryDirectory();
  const offsetFile = join(directory.path, 'offset');
  const setOffset = (millis: number) => writeFileSync(offsetFile, String(millis));
  setOffset(0);
  const preload = pathToFileURL(join(import.meta.dirname, 'jumping-date.js')).href;
  const environment = { NODE_OPTIONS: `--import=${preload}`, CLOCK_OFFSET_FILE: offsetFile };
  await using pipeline = await createPipeline({ environment });
  await pipeline.startClickHouse();
  await pipeline.startCollector();
  const before = Date.now();
  const drop = pipeline.startDrop('clock-jump', DROP);
  await drop.printed('DROP_LIVE');
  await sleep(3_000);
  setOffset(HOUR);
  await sleep(6_000);
  setOffset(-HOUR);
  await sleep(6_000);
  const busySeconds = cpuSeconds(pipeline.pids.collector()) + cpuSeconds(pipeline.pids.generator());
  await drop.printed('POST_DROP');
  const rushSeconds = (Date.now() - before) / 1000;
  assert.equal(await drop.exited, 0, drop.output());
  await pipeline.verify('clock-jump');

  assert.ok(rushSeconds > 21 && rushSeconds < 40, `DROP_LIVE was over after ${rushSeconds} s`);
  // A loop that spins takes a core: 12 s more in this time.
  assert.ok(busySeconds < 15, `${busySeconds} s of processor in 17 s`);
  assert.equal(countLines(drop.output(), /^!/), 0, drop.output());
  assert.equal(pipeline.collectorOutput(), '');

  const client = createClient({ url: pipeline.url, username: 'admin', password: 'admin', database: 'otel' });
  const [spans] = await rowsOf<{ first: number; last: number; longest: number }>(
    client,
    `SELECT toUnixTimestamp64Milli(min(Timestamp)) AS first, toUnixTimestamp64Milli(max(Timestamp)) AS last,
       max(Duration) / 1e9 AS longest
     FROM otel_traces WHERE ResourceAttributes['snkrs.run.id'] = 'clock-jump'`,
  );
  const [jumped] = await rowsOf<{ first: number }>(
    client,
    `SELECT toUnixTimestamp(min(TimeUnix)) * 1000 AS first FROM otel_metrics_gauge WHERE ServiceName = 'otel-collector'`,
  );
  await client.close();
  assert.ok(jumped!.first < before - HOUR / 2, 'the collector has not seen the clock jump');
  // A negative duration would be an immense one: the column has no sign.
  assert.ok(spans!.longest < 30, `a span of ${spans!.longest} s`);
  assert.ok(spans!.first >= before && spans!.last <= Date.now(), `spans from ${spans!.first} to ${spans!.last}`);
});

/** User and system time of a process so far: fields 14 and 15 of /proc/PID/stat, in hundredths of a second. */
function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
