import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestClickHouse } from '../../../test/clickhouse.ts';
import { grpcClient, startTestCollector, until } from '../../../test/collector.ts';
import { encodeRequest, spans } from '../../../test/otlp-bodies.ts';

test('two signals at once are the first that a new ClickHouse gets, and nothing fails', async (t) => {
  const clickhouse = await startTestClickHouse();
  t.after(() => clickhouse.stop());
  const cache = join(clickhouse.dataDirectory, '__cache__');
  // Two INSERTs do not always meet: often enough in this many rounds.
  for (let round = 0; round < 15; round++) {
    const waiting = await startTestCollector(t, { tuning: { segmentMillis: 60_000 } });
    const client = grpcClient(t, waiting.grpcPort);
    const logRecords = [{ timeUnixNano: `${round}` }];
    const logs = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    assert.equal((await client.send('traces', spans(1, 'first'))).code, 0);
    assert.equal((await client.send('logs', logs)).code, 0);
    await waiting.stop(0);

    // What makes a ClickHouse new to the collector.
    for (const name of await readdir(cache).catch(() => [])) await rm(join(cache, name), { recursive: true });
    const collector = await startTestCollector(t, { clickhouse, directory: waiting.directory });
    await until('an empty spool', () => collector.counts().spoolBytes === 0);
    assert.deepEqual(collector.lines, []);
    await collector.stop();
  }
});
