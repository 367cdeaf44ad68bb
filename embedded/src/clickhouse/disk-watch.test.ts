import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient } from '@clickhouse/client';
import { freePorts, OPEN_GATES } from '../../test/clickhouse.ts';
import { mountDisk, until } from '../../test/collector.ts';
import { KEEP_FREE_BYTES } from './disk-watch.ts';
import { startClickHouse } from './server.ts';

const NO_DISK = 'no tmpfs can be mounted here';
const ROWS = 'INSERT INTO otel.otel_logs (Timestamp, Body) SELECT now64(9), toString(number) FROM numbers(1000)';

/** A server that keeps its data on a disk of a test's own. */
async function startOn(t: TestContext, disk: string) {
  const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
  const passwords = { admin: 'admin', collector: 'collector', hyperdx: 'hyperdx', simulator: 'simulator' };
  const options = { host: '127.0.0.1', httpPort, tcpPort, dataDirectory: disk, passwords, ...OPEN_GATES };
  const server = await startClickHouse(options);
  const admin = createClient({ url: server.url, username: 'admin', password: 'admin', log: { level: 127 } });
  t.after(async () => {
    await admin.close();
    await server.stop();
  });
  return { server, admin, options };
}

test('takes nothing more while 512 MB are left on the disk, with merges called off, and does not start there', async (t) => {
  const disk = await mountDisk(t, 620);
  if (disk === undefined) return t.skip(NO_DISK);
  const { admin, options } = await startOn(t, disk);
  const insert = () => admin.command({ query: ROWS });
  const merge = () => admin.command({ query: 'OPTIMIZE TABLE otel.otel_logs' });
  await insert();
  await insert();

  const ballast = join(disk, 'ballast');
  await writeFile(ballast, Buffer.alloc(160_000_000));
  await assert.rejects(insert(), { code: '243' });
  const isRefused = (error: Error) => /Cancelled|merges/i.test(error.message);
  await until('merges to be called off', () => merge().then(() => false, isRefused));
  const second = startClickHouse({ ...options, dataDirectory: join(disk, 'second') });
  await assert.rejects(second, {
    name: 'ClickHouseError',
    message: `The disk of ${join(disk, 'second')} has less than the 512 MB free that ClickHouse needs: free some space, or set DATA_DIR to another disk.`,
  });

  await rm(ballast);
  await insert();
  await until('a merge', () =>
    merge().then(
      () => true,
      () => false,
    ),
  );
  const settings = `SELECT (SELECT keep_free_space FROM system.disks) AS keep,
    groupArray(value) AS settings FROM system.merge_tree_settings WHERE name IN ('max_suspicious_broken_parts_bytes', 'old_parts_lifetime')`;
  const result = await admin.query({ query: settings, format: 'JSONEachRow' });
  assert.deepEqual(await result.json(), [{ keep: KEEP_FREE_BYTES, settings: ['90', '20000000000'] }]);
});

test('is ended, to be started again, when a write has failed all the same', async (t) => {
  const disk = await mountDisk(t, 620);
  if (disk === undefined) return t.skip(NO_DISK);
  const { server, admin } = await startOn(t, disk);
  const filled = writeFile(join(disk, 'ballast'), endless());
  await assert.rejects(filled, { code: 'ENOSPC' });
  // Its definition is a file, for which no space is reserved.
  await admin.command({ query: 'CREATE DATABASE lost' }).catch(() => {});
  const { signal, lastLines } = await server.exited;
  assert.deepEqual(
    { signal, lastLines },
    { signal: 'SIGKILL', lastLines: `it could not write to the disk of ${disk}: free some space` },
  );
});

function* endless(): Generator<Buffer> {
  for (const block = Buffer.alloc(1_000_000); ; ) yield block;
}
