import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '@clickhouse/client';
import { freePorts, OPEN_GATES } from '../../test/clickhouse.ts';
import { mountDisk, until } from '../../test/collector.ts';
import { KEEP_FREE_BYTES } from './disk-watch.ts';
import { startClickHouse } from './server.ts';

const ROWS = 'INSERT INTO otel.otel_logs (Timestamp, Body) SELECT now64(9), toString(number) FROM numbers(1000)';

test('takes nothing more while 512 MB are left on the disk, with merges called off, and does not start there', async (t) => {
  const disk = await mountDisk(t, 620);
  if (disk === undefined) return t.skip('no tmpfs can be mounted here');
  const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
  const passwords = { admin: 'admin', collector: 'collector', hyperdx: 'hyperdx', simulator: 'simulator' };
  const options = { host: '127.0.0.1', httpPort, tcpPort, dataDirectory: disk, passwords, ...OPEN_GATES };
  const server = await startClickHouse(options);
  const admin = createClient({ url: server.url, username: 'admin', password: 'admin', log: { level: 127 } });
  t.after(async () => {
    await admin.close();
    await server.stop();
  });
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
  const result = await admin.query({ query: 'SELECT keep_free_space AS n FROM system.disks', format: 'JSONEachRow' });
  assert.deepEqual(await result.json(), [{ n: KEEP_FREE_BYTES }]);
});
