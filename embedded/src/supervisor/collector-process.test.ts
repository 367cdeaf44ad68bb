import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePorts } from '../../test/clickhouse.ts';
import { startCollectorProcess } from './collector-process.ts';

test('a collector whose start is called off ends', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-collector-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const [grpcPort, httpPort, nobodys] = (await freePorts(3)) as [number, number, number];
  const options = {
    host: '127.0.0.1',
    grpcPort,
    httpPort,
    clickhouseUrl: `http://127.0.0.1:${nobodys}`,
    clickhouseUser: 'collector',
    clickhousePassword: 'c',
    spoolDirectory: join(directory, 'spool'),
    quarantineDirectory: join(directory, 'quarantine'),
    spoolMaxBytes: 2 ** 28,
    allowedHosts: [],
    limits: { maxRequestBytes: 1e6, requestMillis: 1_000, maxConnections: 10 },
  };
  const kill = new AbortController();
  // Kills what a start that is not called off leaves running.
  t.after(() => setImmediate(() => kill.abort()));
  const started = startCollectorProcess(options, { stop: AbortSignal.timeout(20), kill: kill.signal });
  await assert.rejects(started, { name: 'TimeoutError' });
});
