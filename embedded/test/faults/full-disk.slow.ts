import assert from 'node:assert/strict';
import { open, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEEP_FREE_BYTES } from '../../src/clickhouse/disk-watch.ts';
import { mountDisk, until } from '../collector.ts';
import { startStack } from '../stack.ts';
import { openStored, temporaryDirectory } from '../stored.ts';
import { countLines } from './lines.ts';
import { createPipeline, type Drop, type Pipeline } from './pipeline.ts';

const DROP = { PRE_DROP_SECONDS: '1', DROP_LIVE_SECONDS: '25', POST_DROP_SECONDS: '1', CYCLES: '1', LOAD: '2' };
const FULL_MILLIS = 10_000;
const NO_DISK = 'no tmpfs can be mounted here';

/** Runs a drop during which `disk` is full to the last byte for a while. */
async function dropOnFullDisk(pipeline: Pipeline, disk: string, runId: string): Promise<Drop> {
  await pipeline.startClickHouse();
  await pipeline.startCollector();
  const drop = pipeline.startDrop(runId, DROP);
  await drop.printed('DROP_LIVE');
  await sleep(4_000);
  const ballast = join(disk, 'ballast');
  const filling = keepFull(ballast);
  await sleep(FULL_MILLIS);
  await filling.stop();
  await rm(ballast);
  assert.equal(await drop.exited, 0, drop.output());
  await pipeline.verify(runId);
  return drop;
}

/** Takes whatever room there is on the disk of `path`, also what comes free meanwhile. */
function keepFull(path: string, pauseMillis = 0) {
  const block = Buffer.alloc(256 * 1024);
  let isOver = false;
  const fill = async () => {
    const file = await open(path, 'w');
    for (let size = block.length; !isOver; ) {
      const isWritten = await file.write(block, 0, size).then(
        ({ bytesWritten }) => bytesWritten === size,
        () => false,
      );
      if (isWritten) {
        if (pauseMillis > 0) await sleep(pauseMillis);
        continue;
      }
      if (size > 4096) size /= 2;
      else await sleep(20);
    }
    await file.close();
  };
  const filled = fill();
  return {
    stop: () => {
      isOver = true;
      return filled;
    },
  };
}

test('the disk under the spool full, then freed', async (t) => {
  const disk = await mountDisk(t, 200);
  if (disk === undefined) return t.skip(NO_DISK);
  await using pipeline = await createPipeline({ spoolDirectory: join(disk, 'spool') });
  const drop = await dropOnFullDisk(pipeline, disk, 'spool-disk');
  const lines = pipeline.collectorOutput();
  assert.equal(countLines(lines, /can't write .* \(ENOSPC: .*make room on the disk/), 1, lines);
  assert.equal(countLines(lines, /the spool can be written again$/), 1, lines);
  assert.equal(countLines(drop.output(), /^!.*RESOURCE_EXHAUSTED: can't write .*ENOSPC/), 1, drop.output());
  assert.equal(countLines(drop.output(), /^!/), 2, drop.output());
});

test('the disk under the ledger full, then freed: nothing is sent that the ledger does not know', async (t) => {
  const disk = await mountDisk(t, 20);
  if (disk === undefined) return t.skip(NO_DISK);
  await using pipeline = await createPipeline({ ledgerDirectory: disk });
  const drop = await dropOnFullDisk(pipeline, disk, 'ledger-disk');
  const lines = drop.output();
  assert.equal(countLines(lines, /^! .*ledger-disk\.json cannot be written \(ENOSPC/), 1, lines);
  assert.equal(countLines(lines, /^! .*ledger-disk\.json can be written again/), 1, lines);
  assert.equal(countLines(lines, /^!/), 2, lines);
});

/** Fills the disk for a while in the rush of a drop of the whole stack, whose ClickHouse is on it, and returns what the stack printed. */
async function stackOnFullDisk(dataDir: string, disk: string, pauseMillis: number): Promise<string> {
  await using stack = await startStack(dataDir, DROP);
  await stack.printed('▶ DROP_LIVE');
  await sleep(3_000);
  const ballast = join(disk, 'ballast');
  const filling = keepFull(ballast, pauseMillis);
  await until('a disk that is nearly full', async () => (await freeBytes(disk)) < KEEP_FREE_BYTES / 2, 60_000);
  await sleep(FULL_MILLIS);
  await filling.stop();
  await rm(ballast);
  assert.equal(await stack.exited, 0, stack.output());
  return stack.output();
}

async function freeBytes(disk: string): Promise<number> {
  const { bavail, bsize } = await statfs(disk);
  return bavail * bsize;
}

/** Reads every column of every row, and what lies beside them. */
async function assertReadable(dataDir: string): Promise<void> {
  await using stored = await openStored(dataDir);
  const tables = await stored.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE engine = 'MergeTree' AND database = 'otel'",
  );
  for (const { name } of tables) {
    await stored.rows(`SELECT max(cityHash64(*)) FROM ${name} SETTINGS use_skip_indexes = 0`);
    const checked = await stored.rows(`CHECK TABLE ${name} SETTINGS check_query_single_value_result = 1`);
    assert.deepEqual(checked, [{ result: 1 }], name);
  }
}

for (const { pace, pauseMillis, deaths } of [
  { pace: 'some 100 MB a second', pauseMillis: 2, deaths: 0 },
  // Within a moment, in which ClickHouse may be in the middle of a merge.
  { pace: 'as fast as the machine writes', pauseMillis: 0, deaths: 1 },
]) {
  test(`the disk under ClickHouse filled with ${pace}, then freed: all is stored, and can be read`, async (t) => {
    await using directory = await temporaryDirectory();
    const disk = await mountDisk(t, 800);
    if (disk === undefined) return t.skip(NO_DISK);
    // The lock says that the directory is click-ai's.
    await writeFile(join(directory.path, '.click-ai.lock'), '');
    await symlink(disk, join(directory.path, 'clickhouse'));
    const lines = await stackOnFullDisk(directory.path, disk, pauseMillis);
    assert.ok(countLines(lines, /^ClickHouse died /) <= deaths, lines);
    assert.equal(
      countLines(lines, /^ClickHouse died \(SIGKILL: it could not write .*free some space\): starting it again/),
      countLines(lines, /^ClickHouse died /),
      lines,
    );
    assert.equal(countLines(lines, /can't load .* into ClickHouse .*(free disk space|it is started again)/), 1, lines);
    assert.equal(countLines(lines, /ClickHouse stores again$/), 1, lines);
    assert.equal(countLines(lines, /^!/), 0, lines);
    t.diagnostic(`${countLines(lines, /^ClickHouse died /)} deaths`);
    await assertReadable(directory.path);
  });
}
