import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { afterAll, grpcClient, post, startTestCollector, until } from '../collector.ts';
import { spans } from '../otlp-bodies.ts';
import { rowsOf } from '../stored.ts';
import { LOG_CASES } from './bodies/logs.ts';
import { METRIC_CASES } from './bodies/metrics.ts';
import { GO_MISSING } from './build.ts';
import { startRealCollector } from './real-collector.ts';

const file = afterAll();
let clickhouse: TestClickHouse;
before(async () => {
  if (GO_MISSING) return;
  clickhouse = await startTestClickHouse();
  file.after(() => clickhouse.stop());
});

const SERIES = readFileSync(join(import.meta.dirname, 'own-metrics.sql'), 'utf8');

/** Sends something of each signal and waits for what a collector tells of itself then. */
async function seriesOf(collector: { readonly grpcPort: number; readonly httpPort: number }): Promise<string[]> {
  const client = grpcClient(file, collector.grpcPort);
  assert.equal((await client.send('traces', spans(1, 'a'))).code, 0);
  assert.equal((await client.send('logs', LOG_CASES[0]!.body)).code, 0);
  assert.equal((await client.send('metrics', METRIC_CASES[0]!.body)).code, 0);
  assert.equal((await post(collector.httpPort, '/v1/traces', spans(1, 'b'))).status, 200);
  let series: string[] = [];
  const told = ['sent_spans', 'sent_log_records', 'sent_metric_points', 'queue_size'];
  await until(
    'its metrics',
    async () => {
      series = (await rowsOf<{ series: string }>(clickhouse.admin, SERIES)).map((row) => row.series);
      return told.every((name) => series.some((text) => text.includes(`otelcol_exporter_${name} `)));
    },
    30_000,
  );
  return series;
}

test('the embedded collector tells of itself in the names of the OpenTelemetry Collector', {
  skip: GO_MISSING,
}, async () => {
  await using real = await startRealCollector(clickhouse);
  const ofReal = await seriesOf(real);
  await real[Symbol.asyncDispose]();
  for (const table of ['gauge', 'sum']) {
    await clickhouse.admin.command({ query: `TRUNCATE TABLE otel.otel_metrics_${table}` });
  }
  const embedded = await startTestCollector(file, { clickhouse, tuning: { ownMetricsMillis: 500 } });
  const ofEmbedded = await seriesOf(embedded);
  assert.ok(ofEmbedded.length > 10, ofEmbedded.join('\n'));
  assert.deepEqual(
    ofEmbedded.filter((series) => !ofReal.includes(series)),
    [
      // Of waiting, load_time, wait_time and queue_oldest_age, the real one tells nothing; what has failed, once something has.
      `counter cumulative otelcol_exporter_load_time s ['data_type','exporter']`,
      `counter cumulative otelcol_exporter_send_failed_log_records {record} ['exporter']`,
      `counter cumulative otelcol_exporter_send_failed_metric_points {datapoint} ['exporter']`,
      `counter cumulative otelcol_exporter_send_failed_spans {span} ['exporter']`,
      `counter cumulative otelcol_receiver_wait_time s ['cause','receiver']`,
      // The real one's unit says batches whatever its queue counts; config/otel-collector-config.yaml has it count bytes.
      `gauge otelcol_exporter_queue_capacity By ['data_type','exporter']`,
      `gauge otelcol_exporter_queue_oldest_age s ['data_type','exporter']`,
      `gauge otelcol_exporter_queue_size By ['data_type','exporter']`,
    ],
  );
});
