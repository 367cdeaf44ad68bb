import assert from 'node:assert/strict';
import type { Answers, Sql } from './answer.ts';
import { askAgain, map, pick, RUN_SPANS, rowWith, sum } from './otel-known-rows.ts';

const [DELTA, CUMULATIVE] = [1, 2];

/** Stores data points of a service beside those of the run: `[seconds before now, started so many before, temporality, values]`. */
async function addPoints(
  sql: Sql,
  now: number,
  table: 'sum' | 'histogram' | 'exponential_histogram',
  metric: string,
  attributes: Readonly<Record<string, string>>,
  columns: string,
  points: readonly (readonly [number, number, number, string])[],
): Promise<void> {
  const rows = points.map(
    ([secondsAgo, startedAgo, temporality, values]) =>
      `('known-${table}', '${metric}', ${map(attributes)}, ${now - secondsAgo}, ${now - startedAgo}, ${temporality}, ${values})`,
  );
  await sql(`
    INSERT INTO otel.otel_metrics_${table} (ServiceName, MetricName, Attributes, TimeUnix, StartTimeUnix, AggregationTemporality, ${columns})
    SELECT c1, c2, c3, toDateTime(c4), toDateTime(c5), c6${columns
      .split(',')
      .map((_, i) => `, c${7 + i}`)
      .join('')}
    FROM values(${rows.join(', ')})`);
}

/** Questions 25 to 31: metrics, from a histogram to its traces, and what the data cost. */
export const OTEL_METRIC_ANSWERS: Answers = {
  25: async (rows, sql) => {
    const duration = rowWith(rows, { metric: 'http.server.request.duration' });
    const [stored] = await sql(`
      SELECT uniqExact(ResourceAttributes, Attributes) AS series, count() AS data_points FROM otel.otel_metrics_histogram
      WHERE MetricName = 'http.server.request.duration'`);
    assert.deepEqual(pick([duration], 'kind', 'unit', 'services', 'series', 'data_points'), [
      { kind: 'histogram', unit: 's', services: 1, ...stored },
    ]);
    assert.ok(Number(duration.every_s) >= 1 && Number(duration.every_s) < 2, 'exported each second');
    const workers = rowWith(rows, { metric: 'snkrs.workers' });
    assert.deepEqual([workers.kind, workers.most_varied], ['gauge', ['snkrs.phase', 3]]);
  },
  26: async (rows, sql) => {
    const requests = rowWith(rows, { service: 'api-gateway', metric: 'snkrs.requests' });
    const [stored] = await sql(
      `SELECT count() AS requests FROM ${RUN_SPANS} WHERE ServiceName = 'api-gateway' AND SpanKind = 'Server'`,
    );
    assert.deepEqual([requests.total_increase, requests.resets], [stored?.requests, 0]);
    const now = Math.floor(Date.now() / 1000);
    const add = (
      metric: string,
      attributes: Record<string, string>,
      points: readonly (readonly [number, number, number, number])[],
    ) =>
      addPoints(
        ...([sql, now, 'sum', metric, attributes, 'Value, IsMonotonic'] as const),
        points.map(([secondsAgo, startedAgo, temporality, value]) => [
          secondsAgo,
          startedAgo,
          temporality,
          `${value}, true`,
        ]),
      );
    await add('restarted', {}, [
      [100, 7200, CUMULATIVE, 1000],
      [90, 7200, CUMULATIVE, 1010],
      [80, 7200, CUMULATIVE, 1030],
      [70, 75, CUMULATIVE, 5],
      [60, 75, CUMULATIVE, 12],
    ]);
    await add('deltas', {}, [
      [80, 90, DELTA, 3],
      [70, 80, DELTA, 4],
      [60, 70, DELTA, 5],
    ]);
    await add('late', { series: 'first' }, [
      [100, 7200, CUMULATIVE, 500],
      [60, 7200, CUMULATIVE, 500],
    ]);
    await add('late', { series: 'second' }, [[60, 7200, CUMULATIVE, 8]]);
    const known = (await askAgain(sql, 26)).filter(({ service }) => service === 'known-sum');
    assert.deepEqual(
      known.map(({ metric, temporality, series_count, total_increase, per_s, resets }) => [
        ...[metric, temporality, series_count, total_increase, per_s, resets],
      ]),
      [
        ['restarted', 'cumulative', 1, 42, 1.05, 1],
        ['deltas', 'delta', 1, 12, 0.3, 0],
        ['late', 'cumulative', 2, 8, 0.2, 0],
      ],
    );
  },
  27: async (rows, sql) => {
    const bounds = [0, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    for (const row of rows.filter(({ metric }) => metric === 'http.server.request.duration')) {
      const where = `ServiceName = 'api-gateway' AND SpanKind = 'Server' AND SpanAttributes['http.route'] = '${row.what}'`;
      const [exact] = await sql(`
        SELECT count() AS measurements, quantileExact(0.5)(Duration) / 1e9 AS p50, quantileExact(0.95)(Duration) / 1e9 AS p95
        FROM ${RUN_SPANS} WHERE ${where}`);
      assert.equal(row.measurements, exact?.measurements, String(row.what));
      for (const column of ['p50', 'p95']) {
        const bucket = bounds.findLastIndex((bound) => bound <= Number(exact?.[column]));
        const value = Number(row[column]);
        assert.ok(
          value >= bounds[bucket]! && value <= bounds[bucket + 1]!,
          `${row.what}: ${column} ${value}, exactly ${exact?.[column]}`,
        );
      }
    }
    const now = Math.floor(Date.now() / 1000);
    await addPoints(sql, now, 'histogram', 'explicit', {}, 'BucketCounts, ExplicitBounds', [
      [100, 7200, CUMULATIVE, '[10, 10, 10, 0], [1., 2., 4.]'],
      [90, 7200, CUMULATIVE, '[10, 60, 60, 0], [1., 2., 4.]'],
    ]);
    await addPoints(sql, now, 'histogram', 'deltas since the start', {}, 'BucketCounts, ExplicitBounds', [
      [100, 7200, DELTA, '[10, 10, 10, 0], [1., 2., 4.]'],
      [90, 7200, DELTA, '[0, 40, 30, 0], [1., 2., 4.]'],
    ]);
    const exponential = 'Scale, ZeroCount, PositiveOffset, PositiveBucketCounts';
    await addPoints(sql, now, 'exponential_histogram', 'exponential', {}, exponential, [
      [100, 110, DELTA, '0, 0, 0, [10, 30]'],
      [90, 100, DELTA, '1, 0, 2, [20, 20, 20]'],
    ]);
    const known = (await askAgain(sql, 27)).filter(({ service }) =>
      /^known-(exponential_)?histogram$/.test(String(service)),
    );
    assert.deepEqual(
      known.map(({ metric, measurements, p50, p95, p99 }) => [metric, measurements, p50, p95, p99]),
      [
        ['exponential', 100, 3.14286, 7, 7.8],
        ['explicit', 100, 2, 3.8, 3.96],
        ['deltas since the start', 100, 1.8, 3.75, 3.95],
      ],
    );
  },
  28: async (rows, sql) => {
    assert.equal(rows.length, 5);
    for (const row of rows) {
      assert.ok(Number(row.found) >= Number(row.measured), JSON.stringify(row));
      assert.ok(Number(row.slowest_ms) > Number(row.above_ms) && Number(row.slowest_ms) <= Number(row.up_to_ms));
      // A request that is tried again has the operation more than once.
      const [span] = await sql(`
        SELECT round(Duration / 1e6, 1) AS ms, SpanAttributes['http.route'] AS route, ResourceAttributes['service.instance.id'] AS instance
        FROM ${RUN_SPANS} WHERE TraceId = '${row.trace}' AND SpanName = '${row.operation}' ORDER BY Duration DESC`);
      // An operation that is no HTTP request has no route.
      const { 'http.route': route = '' } = row.attributes as { 'http.route'?: string };
      assert.deepEqual(span, { ms: row.slowest_ms, route, instance: row.instance });
    }
  },
  29: async (rows, sql) => {
    for (const row of rows) {
      assert.ok(
        Number(row.min_value) <= Number(row.avg_value) && Number(row.avg_value) <= Number(row.max_value),
        JSON.stringify(row),
      );
    }
    const sizes = rows.filter(({ metric }) => metric === 'snkrs.inventory');
    assert.equal(sizes.length, 3);
    for (const size of sizes) {
      const { 'snkrs.size': us, 'snkrs.sku': sku } = size.attributes as { 'snkrs.size': string; 'snkrs.sku': string };
      const [stored] = await sql(`
        SELECT min(Value) AS min_value, max(Value) AS max_value
        FROM otel.otel_metrics_gauge
        WHERE MetricName = 'snkrs.inventory' AND Attributes['snkrs.size'] = '${us}' AND Attributes['snkrs.sku'] = '${sku}'`);
      assert.deepEqual(pick([size], 'min_value', 'max_value'), [stored]);
      // Times are whole seconds: the last one may have two readings.
      const last = await sql(`
        SELECT Value AS now_value FROM otel.otel_metrics_gauge
        WHERE MetricName = 'snkrs.inventory' AND Attributes['snkrs.size'] = '${us}' AND Attributes['snkrs.sku'] = '${sku}'
        ORDER BY TimeUnix DESC LIMIT 1 WITH TIES`);
      assert.ok(
        last.some(({ now_value }) => now_value === size.now_value),
        JSON.stringify({ last, size }),
      );
      assert.ok(Number(size.max_value) > Number(size.now_value), 'sold');
    }
    const series = rows.map(({ service, metric }) => `${service} ${metric}`);
    for (const one of series) assert.ok(series.filter((other) => other === one).length <= 3, one);
  },
  30: async (rows, sql) => {
    const [stored] = await sql(`
      SELECT countIf(mapContains(SpanAttributes, 'user.id')) AS in_rows, uniqExactIf(SpanAttributes['user.id'], mapContains(SpanAttributes, 'user.id')) AS users,
        round(100 * in_rows / count(), 1) AS in_rows_pct
      FROM ${RUN_SPANS}`);
    const user = rowWith(rows, { source: 'span', attribute_key: 'user.id' });
    assert.deepEqual([user.in_rows, user.in_rows_pct], [stored?.in_rows, stored?.in_rows_pct]);
    assert.ok(Math.abs(Number(user.distinct_values) / Number(stored?.users) - 1) < 0.02);
    const namespace = rowWith(rows, { source: 'span resource', attribute_key: 'service.namespace' });
    assert.deepEqual(pick([namespace], 'in_rows_pct', 'distinct_values', 'value_bytes', 'example'), [
      { in_rows_pct: 100, distinct_values: 1, value_bytes: 5, example: 'snkrs' },
    ]);
  },
  31: (rows) => {
    assert.ok(Math.abs(sum(rows, 'share_pct') - 100) < 3);
    const traces = rowWith(rows, { table: 'otel_traces', column: '(all columns, Compact parts)' });
    assert.ok(
      Number(traces.bytes_per_row) > 20 && Number(traces.bytes_per_row) < 200,
      `${traces.bytes_per_row} bytes a span`,
    );
    assert.ok(Number(traces.ratio) > 5, `${traces.ratio} to 1`);
    const shares = rows.map(({ share_pct }) => Number(share_pct));
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => b - a),
    );
  },
};
