import assert from 'node:assert/strict';
import type { Answers, Row, Sql } from './answer.ts';
import { addSpans, askAgain, pick, RUN_SPANS, rowWith, sum } from './otel-known-rows.ts';

const REQUESTS = "SpanKind IN ('Server', 'Consumer')";

/** That a column of percentiles lies between quantiles a little below and above it, by the exact durations. */
async function nearExactQuantile(sql: Sql, row: Row, column: string, quantile: number, where: string): Promise<void> {
  const [bounds] = await sql(`
    SELECT quantileExact(${quantile - 0.015})(Duration) / 1e6 AS low, quantileExact(least(1, ${quantile + 0.009}))(Duration) / 1e6 AS high
    FROM ${RUN_SPANS} WHERE ${where}`);
  const value = Number(row[column]);
  assert.ok(
    value >= Number(bounds?.low) - 0.1 && value <= Number(bounds?.high) + 0.1,
    `${column} ${value} of ${where} is not within ${JSON.stringify(bounds)}`,
  );
}

/** Questions 1 to 9: what arrives, rate, errors and duration of services and operations, and what changed. */
export const OTEL_SERVICE_ANSWERS: Answers = {
  1: async (rows, sql) => {
    const stored = await sql(`
      SELECT ServiceName AS service, countIf(t = 's') AS spans, countIf(t = 'l') AS logs, countIf(t = 'p') AS data_points
      FROM (
        SELECT ServiceName, 's' AS t FROM ${RUN_SPANS} UNION ALL SELECT ServiceName, 'l' FROM otel.otel_logs
        UNION ALL SELECT ServiceName, 'p' FROM otel.otel_metrics_sum UNION ALL SELECT ServiceName, 'p' FROM otel.otel_metrics_gauge
        UNION ALL SELECT ServiceName, 'p' FROM otel.otel_metrics_histogram
      ) GROUP BY service ORDER BY service`);
    const byService = (a: Row, b: Row) => (String(a.service) < String(b.service) ? -1 : 1);
    assert.deepEqual(pick(rows, 'service', 'spans', 'logs', 'data_points').sort(byService), stored);
    const generator = rowWith(rows, { service: 'event-generator' });
    assert.equal(generator.span_age_s, null);
    assert.ok(Number(generator.point_age_s) < 300);
  },
  2: async (rows, sql) => {
    const [stored] = await sql(
      `SELECT (SELECT count() FROM ${RUN_SPANS}) AS spans, (SELECT count() FROM otel.otel_logs) AS logs`,
    );
    assert.deepEqual({ spans: sum(rows, 'spans'), logs: sum(rows, 'logs') }, stored);
    const minutes = rows.map(({ minute }) => Date.parse(`${minute}Z`) / 60_000);
    assert.deepEqual(
      minutes,
      minutes.map((_, index) => minutes[0]! + index),
    );
  },
  3: async (rows, sql) => {
    const stored = await sql(`
      SELECT ServiceName AS service, count() AS requests, round(100 * countIf(StatusCode = 'Error') / requests, 2) AS error_pct
      FROM ${RUN_SPANS} WHERE ${REQUESTS} GROUP BY service ORDER BY requests DESC`);
    assert.equal(rows.length, stored.length);
    for (const row of rows) {
      assert.deepEqual(
        pick([row], 'service', 'requests', 'error_pct'),
        stored.filter(({ service }) => service === row.service),
      );
      assert.equal([...String(row.rate_trend)].length, 15);
    }
    const gateway = rowWith(rows, { service: 'api-gateway' });
    const where = `ServiceName = 'api-gateway' AND ${REQUESTS}`;
    await nearExactQuantile(sql, gateway, 'p50_ms', 0.5, where);
    await nearExactQuantile(sql, gateway, 'p95_ms', 0.95, where);
    await nearExactQuantile(sql, gateway, 'p99_ms', 0.99, where);
  },
  4: async (rows, sql) => {
    const p99s = rows.map(({ p99_ms }) => Number(p99_ms));
    assert.deepEqual(
      p99s,
      p99s.toSorted((a, b) => b - a),
    );
    for (const row of rows.slice(0, 5)) {
      const where = `ServiceName = '${row.service}' AND SpanName = '${row.operation}' AND SpanKind = '${row.kind}'`;
      const [slowest] = await sql(
        `SELECT round(max(Duration) / 1e6, 1) AS ms, argMax(TraceId, Duration) AS trace FROM ${RUN_SPANS} WHERE ${where}`,
      );
      assert.deepEqual({ ms: row.max_ms, trace: row.slowest_trace }, slowest);
      await nearExactQuantile(sql, row, 'p50_ms', 0.5, where);
    }
  },
  5: async (rows, sql) => {
    const [stored] = await sql(`SELECT countIf(StatusCode = 'Error') AS errors FROM ${RUN_SPANS}`);
    assert.equal(sum(rows, 'errors'), stored?.errors);
    const reserve = rowWith(rows, { operation: 'snkrs.v1.InventoryService/ReservePair' });
    assert.deepEqual(reserve.reasons, ['sold_out']);
  },
  6: async (rows, sql) => {
    const [{ service, operation } = {}] = rows;
    const where = `ServiceName = '${service}' AND SpanName = '${operation}'`;
    const between = rows.map(
      ({ from_ms, to_ms }, i) => `countIf(Duration / 1e6 >= ${from_ms} AND Duration / 1e6 < ${to_ms}) AS bucket${i}`,
    );
    const [stored] = await sql(`SELECT ${between.join(', ')} FROM ${RUN_SPANS} WHERE ${where}`);
    for (const [i, { spans }] of rows.entries()) {
      assert.ok(Math.abs(Number(spans) - Number(stored?.[`bucket${i}`])) <= 2, 'but for those at the rounded bounds');
    }
    const [all] = await sql(`SELECT count() AS spans FROM ${RUN_SPANS} WHERE ${where}`);
    assert.equal(sum(rows, 'spans'), all?.spans);
  },
  7: async (rows, sql) => {
    assert.deepEqual(new Set(rows.map(({ verdict }) => verdict)), new Set(['new']));
    const operation = (name: string, secondsAgo: number, ms: number, copies: number, status?: 'Error') => ({
      ...{ trace: `change-${name}-${secondsAgo}-${status}-`, span: 's', service: 'known-change', name, at: 0 },
      ...{ ms, copies, secondsAgo, ...(status && { status }) },
    });
    await addSpans(sql, [
      operation('steady', 3000, 10, 500),
      operation('steady', 60, 10, 50),
      operation('slower', 3000, 10, 500),
      operation('slower', 60, 20, 50),
      operation('failing', 3000, 10, 500),
      operation('failing', 60, 10, 40),
      operation('failing', 60, 10, 10, 'Error'),
      operation('gone', 3000, 10, 500),
      operation('fresh', 60, 10, 50),
    ]);
    const changed = (await askAgain(sql, 7)).filter(({ service }) => service === 'known-change');
    const verdicts = Object.fromEntries(changed.map(({ operation, verdict }) => [operation, verdict]));
    assert.deepEqual(
      { gone: verdicts.gone, fresh: verdicts.fresh, slower: verdicts.slower, failing: verdicts.failing },
      { gone: 'gone', fresh: 'new', slower: 'slower', failing: 'fails more' },
    );
    const failing = rowWith(changed, { operation: 'failing' });
    assert.deepEqual([failing.error_pct_before, failing.error_pct_now, failing.spans_before], [0, 20, 500]);
  },
  8: async (rows, sql) => {
    for (const row of rows) {
      assert.doesNotMatch(String(row.attribute_key), /status_code|error\.type/);
      assert.equal(row.difference, Math.round((Number(row.failing_pct) - Number(row.others_pct)) * 10) / 10);
    }
    const request = { span: 's', service: 'known-common', name: 'work', kind: 'Server', at: 0, ms: 10 } as const;
    await addSpans(sql, [
      {
        ...request,
        trace: 'common-a',
        copies: 2000,
        status: 'Error',
        resource: { 'service.version': '2.0', zone: 'a' },
      },
      { ...request, trace: 'common-b', copies: 400, resource: { 'service.version': '2.0', zone: 'a' } },
      { ...request, trace: 'common-c', copies: 1200, resource: { 'service.version': '1.9', zone: 'a' } },
    ]);
    const [version, zone] = await askAgain(sql, 8);
    assert.deepEqual(
      pick([version ?? {}], 'operation', 'attribute_key', 'value', 'failing', 'failing_pct', 'others_pct'),
      [
        {
          operation: 'work',
          attribute_key: 'service.version',
          value: '2.0',
          failing: 2000,
          failing_pct: 100,
          others_pct: 25,
        },
      ],
    );
    assert.deepEqual([zone?.attribute_key, zone?.failing_pct, zone?.others_pct], ['zone', 100, 100]);
  },
  9: async (rows, sql) => {
    const soldOut = rowWith(rows, { reason: 'sold_out' });
    assert.deepEqual(pick([soldOut], 'service', 'operation', 'breaks', 'root_failed_pct'), [
      {
        service: 'api-gateway',
        operation: 'snkrs.v1.InventoryService/ReservePair',
        breaks: ['api-gateway: POST /v1/checkout'],
        root_failed_pct: 0,
      },
    ]);
    const failed = { service: 'known-origin', status: 'Error', copies: 4 } as const;
    await addSpans(sql, [
      { ...failed, trace: 'origin-', span: 'a', name: 'request', at: 0, ms: 100 },
      { ...failed, trace: 'origin-', span: 'b', parent: 'a', name: 'call', at: 10, ms: 50 },
      { ...failed, trace: 'origin-', span: 'c', parent: 'b', name: 'lookup', at: 20, ms: 10 },
      { ...failed, trace: 'origin-', span: 'd', parent: 'a', name: 'notify', at: 70, ms: 10 },
      { ...failed, trace: 'handled-', span: 'a', name: 'tolerant', at: 0, ms: 100, status: 'Unset' },
      { ...failed, trace: 'handled-', span: 'c', parent: 'a', name: 'lookup', at: 20, ms: 10 },
      { ...failed, trace: 'tied-', span: 'a', name: 'forward', at: 0, ms: 50, copies: 3 },
      { ...failed, trace: 'tied-', span: 'b', parent: 'a', name: 'forwarded', at: 0, ms: 50, copies: 3 },
      { ...failed, trace: 'beside-', span: 'a', name: 'fan out', at: 0, ms: 100, copies: 2 },
      { ...failed, trace: 'beside-', span: 'b', parent: 'a', name: 'sibling around', at: 10, ms: 80, copies: 2 },
      { ...failed, trace: 'beside-', span: 'c', parent: 'a', name: 'sibling within', at: 20, ms: 10, copies: 2 },
      { ...failed, trace: 'skewed-', span: 'a', name: 'call', at: 0, ms: 100, copies: 1 },
      { ...failed, trace: 'skewed-', span: 'b', parent: 'a', name: 'handled ahead', at: 510, ms: 80, copies: 1 },
    ]);
    const origins = (await askAgain(sql, 9)).filter(({ service }) => service === 'known-origin');
    assert.deepEqual(
      origins.map(({ operation, failures, root_failed_pct }) => [operation, failures, root_failed_pct]).toSorted(),
      [
        ['forwarded', 3, 100],
        ['handled ahead', 1, 100],
        ['lookup', 8, 50],
        ['notify', 4, 100],
        ['sibling around', 2, 100],
        ['sibling within', 2, 100],
      ],
    );
  },
};
