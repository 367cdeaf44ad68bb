import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestClickHouse, type TestClickHouse } from '../../../test/clickhouse.ts';
import { afterAll, grpcClient, post, startTestCollector, until } from '../../../test/collector.ts';
import { encodeRequest, spans } from '../../../test/otlp-bodies.ts';
import { rowsOf } from '../../../test/stored.ts';

const file = afterAll();
let clickhouse: TestClickHouse;
before(async () => {
  clickhouse = await startTestClickHouse();
  file.after(() => clickhouse.stop());
});

/** Of each series the last value, by metric and attributes. */
async function lastValues(table: 'sum' | 'gauge'): Promise<Record<string, number>> {
  const rows = await rowsOf<{ series: string; value: number }>(
    clickhouse.admin,
    `SELECT concat(MetricName, toString(mapSort(Attributes))) AS series, argMax(Value, (TimeUnix, Value)) AS value
     FROM otel.otel_metrics_${table} WHERE ServiceName = 'otel-collector' GROUP BY series`,
  );
  return Object.fromEntries(rows.map(({ series, value }) => [series, value]));
}

test('stores metrics of its own, as the OpenTelemetry Collector calls them', async (t) => {
  const collector = await startTestCollector(t, {
    clickhouse,
    spoolMaxBytes: 20_000,
    tuning: { ownMetricsMillis: 1_000 },
  });
  // ClickHouse fails at this record as it does at data it can't read.
  const check = `toUInt8(if(Body = 'unreadable', Body, '1')) = 1`;
  await clickhouse.admin.command({ query: `ALTER TABLE otel.otel_logs ADD CONSTRAINT readable CHECK ${check}` });
  t.after(() => clickhouse.admin.command({ query: 'ALTER TABLE otel.otel_logs DROP CONSTRAINT readable' }));
  const logRecords = [{ timeUnixNano: '2000000000000000000', body: { stringValue: 'unreadable' } }];
  const poisoned = encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const client = grpcClient(t, collector.grpcPort);
  const repeated = spans(3, 'repeated');
  for (const body of [spans(2, 'a'), repeated, repeated]) assert.equal((await client.send('traces', body)).code, 0);
  assert.equal((await client.send('logs', poisoned)).code, 0);
  assert.equal((await client.send('traces', spans(400, 'too many'))).code, 8);
  const json = { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'good' }, { traceId: '12' }] }] }] };
  const answer = await post(collector.httpPort, '/v1/traces', JSON.stringify(json), {
    'content-type': 'application/json',
  });
  assert.equal(answer.status, 200);

  const quarantined = `otelcol_exporter_send_failed_log_records{'exporter':'clickhouse'}`;
  const sent = `otelcol_exporter_sent_spans{'exporter':'clickhouse'}`;
  // No reading holds the time its own load takes: the second has the first one's.
  const ownLoads = `otelcol_exporter_load_time{'data_type':'metrics','exporter':'clickhouse'}`;
  let sums: Record<string, number> = {};
  await until(
    'the counts to be stored',
    async () => {
      sums = await lastValues('sum');
      return sums[quarantined] === 1 && sums[sent] === 6 && (sums[ownLoads] ?? 0) > 0;
    },
    60_000,
  );
  const { otelcol_process_cpu_seconds: _, ...counters } = Object.fromEntries(
    Object.entries(sums).map(([series, value]) => [series.replace('{}', ''), value]),
  );
  const { otelcol_process_uptime: uptime, ...itemsAndWaits } = counters;
  assert.ok(uptime! > 0 && uptime! < 120, `${uptime} s`);
  const isWait = (series: string) => /^otelcol_(receiver_wait|exporter_load)_time/.test(series);
  const waits = Object.entries(itemsAndWaits).filter(([series]) => isWait(series));
  const items = Object.fromEntries(Object.entries(itemsAndWaits).filter(([series]) => !isWait(series)));
  assert.deepEqual(waits.map(([series]) => series).sort(), [
    `otelcol_exporter_load_time{'data_type':'logs','exporter':'clickhouse'}`,
    `otelcol_exporter_load_time{'data_type':'metrics','exporter':'clickhouse'}`,
    `otelcol_exporter_load_time{'data_type':'traces','exporter':'clickhouse'}`,
    `otelcol_receiver_wait_time{'cause':'disk','receiver':'otlp'}`,
    `otelcol_receiver_wait_time{'cause':'memory','receiver':'otlp'}`,
  ]);
  for (const [series, seconds] of waits) {
    // A request that is let in at once waits for less than a clock tells.
    const least = series.includes('memory') ? 0 : 0.000_01;
    assert.ok(seconds >= least && seconds < 60, `${series} ${seconds} s`);
  }
  const receivers = (name: string, grpc: number, http: number) => ({
    [`${name}{'receiver':'otlp','transport':'grpc'}`]: grpc,
    [`${name}{'receiver':'otlp','transport':'http'}`]: http,
  });
  const exporter = (name: string, value: number) => ({ [`${name}{'exporter':'clickhouse'}`]: value });
  assert.deepEqual(items, {
    ...receivers('otelcol_receiver_accepted_spans', 5, 1),
    ...receivers('otelcol_receiver_accepted_log_records', 1, 0),
    ...receivers('otelcol_receiver_accepted_metric_points', 0, 0),
    ...receivers('otelcol_receiver_refused_spans', 400, 1),
    ...receivers('otelcol_receiver_refused_log_records', 0, 0),
    ...receivers('otelcol_receiver_refused_metric_points', 0, 0),
    ...exporter('otelcol_exporter_sent_spans', 6),
    ...exporter('otelcol_exporter_sent_log_records', 0),
    ...exporter('otelcol_exporter_sent_metric_points', 0),
    ...exporter('otelcol_exporter_send_failed_spans', 0),
    ...exporter('otelcol_exporter_send_failed_log_records', 1),
    ...exporter('otelcol_exporter_send_failed_metric_points', 0),
  });

  const gauges = await lastValues('gauge');
  assert.equal(gauges[`otelcol_exporter_queue_capacity{'data_type':'traces','exporter':'clickhouse'}`], 20_000);
  assert.equal(gauges[`otelcol_exporter_queue_size{'data_type':'traces','exporter':'clickhouse'}`], 0);
  assert.ok(gauges['otelcol_process_memory_rss{}']! > 30e6);
  // Its own points are not among those it counts.
  assert.equal(collector.counts().metrics.accepted, 0);
});

test('says how much waits for ClickHouse, and nothing of readings that a full spool has no room for', async (t) => {
  const body = spans(10, 'waiting');
  const full = await startTestCollector(t, { spoolMaxBytes: body.length + 500, tuning: { ownMetricsMillis: 200 } });
  const client = grpcClient(t, full.grpcPort);
  assert.equal((await client.send('traces', body)).code, 0);
  assert.equal((await client.send('traces', spans(10, 'refused'))).code, 8);
  // Some readings find no room: no line is about them, and the collector goes on.
  await sleep(700);
  const lines = full.lines.filter((line) => !line.startsWith("can't load traces"));
  assert.deepEqual(
    lines.map((line) => line.slice(0, 17)),
    ['the spool is full'],
  );
  assert.equal(full.counts().spoolBytes, body.length + 30);
  await full.stop(0);

  await clickhouse.admin.command({ query: 'TRUNCATE TABLE otel.otel_metrics_gauge' });
  const second = await startTestCollector(t, { directory: full.directory, tuning: { ownMetricsMillis: 200 } });
  await until('a reading in the spool', () => second.counts().spoolBytes > body.length + 30);
  await second.stop(0);
  await startTestCollector(t, { directory: full.directory, clickhouse });
  const waiting = `otelcol_exporter_queue_size{'data_type':'traces','exporter':'clickhouse'}`;
  await until(
    'the reading to be stored',
    async () => (await lastValues('gauge'))[waiting] === body.length + 30,
    60_000,
  );
  const age = (await lastValues('gauge'))[
    `otelcol_exporter_queue_oldest_age{'data_type':'traces','exporter':'clickhouse'}`
  ];
  assert.ok(age! >= 0.15 && age! < 60, `${age} s`);
});

test('leaves nothing of its own in the spool when it stops', async (t) => {
  const collector = await startTestCollector(t, { clickhouse });
  await collector.stop();
  assert.deepEqual(collector.lines, [
    'stopped: traces 0 accepted, 0 stored; logs 0 accepted, 0 stored; metrics 0 accepted, 0 stored; nothing left in the spool',
  ]);
});
