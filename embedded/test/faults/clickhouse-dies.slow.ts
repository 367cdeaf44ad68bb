import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startClickHouse } from '../../src/clickhouse/server.ts';
import { OPEN_GATES, startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { grpcClient, startTestCollector, until } from '../collector.ts';
import { spans } from '../otlp-bodies.ts';

/** The same server once more, in the same place. */
function restart({ url, tcpPort, dataDirectory, ...test }: TestClickHouse) {
  return startClickHouse({
    host: '127.0.0.1',
    httpPort: Number(new URL(url).port),
    tcpPort,
    dataDirectory,
    passwords: test.passwords,
    ...OPEN_GATES,
  });
}

test('kill -9 of ClickHouse in the middle of a load: everything acknowledged is stored once', async (t) => {
  const clickhouse = await startTestClickHouse();
  t.after(() => clickhouse.stop());
  const collector = await startTestCollector(t, { clickhouse, tuning: { segmentMillis: 20 } });
  const client = grpcClient(t, collector.grpcPort);
  let isOver = false;
  const sender = async () => {
    while (!isOver) assert.equal((await client.send('traces', spans(500, 'die'))).code, 0);
  };
  const senders = [sender(), sender()];

  let { server } = clickhouse;
  for (let kills = 0; kills < 2; kills++) {
    const { stored } = collector.counts().traces;
    await until('some segments to be stored', () => collector.counts().traces.stored >= stored + 5000);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await server.stop();
    server = await restart(clickhouse);
    t.after(() => server.stop());
  }
  isOver = true;
  await Promise.all(senders);
  await until('an empty spool', () => collector.counts().spoolBytes === 0, 30_000);

  const { accepted, stored } = collector.counts().traces;
  assert.equal(stored, accepted);
  for (const table of ['otel.otel_traces', 'otel.otel_traces_trace_id_ts']) {
    const query = `SELECT count() AS n, uniqExact(TraceId) AS ids FROM ${table}`;
    const [row] = await (await clickhouse.admin.query({ query, format: 'JSONEachRow' })).json();
    assert.deepEqual(row, { n: accepted, ids: accepted }, table);
  }
  assert.match(collector.lines[0]!, /^can't load traces into ClickHouse/);
  assert.equal(collector.lines.at(-1), 'ClickHouse stores again');
});
