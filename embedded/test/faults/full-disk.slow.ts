import assert from 'node:assert/strict';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mountDisk } from '../collector.ts';
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
function keepFull(path: string) {
  const block = Buffer.alloc(256 * 1024);
  let isOver = false;
  const fill = async () => {
    const file = await open(path, 'w');
    for (let size = block.length; !isOver; ) {
      const isWritten = await file.write(block, 0, size).then(
        ({ bytesWritten }) => bytesWritten === size,
        () => false,
      );
      if (isWritten) continue;
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

test('the disk under ClickHouse full, then freed', async (t) => {
  const disk = await mountDisk(t, 600);
  if (disk === undefined) return t.skip(NO_DISK);
  await using pipeline = await createPipeline({ clickhouseDirectory: join(disk, 'clickhouse') });
  const drop = await dropOnFullDisk(pipeline, disk, 'clickhouse-disk');
  const lines = pipeline.collectorOutput();
  assert.equal(countLines(lines, /can't load .* into ClickHouse .*free disk space/), 1, lines);
  assert.equal(countLines(lines, /ClickHouse stores again$/), 1, lines);
  assert.equal(lines.trim().split('\n').length, 2, lines);
  assert.equal(countLines(drop.output(), /^!/), 0, drop.output());
});
