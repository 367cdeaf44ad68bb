import assert from 'node:assert/strict';
import type { Answers } from './answer.ts';
import { pick, RUN_SPANS, rowWith, sum } from './otel-known-rows.ts';

/** Questions 20 to 24: exceptions, how busy services are, and logs. */
export const OTEL_LOG_ANSWERS: Answers = {
  20: async (rows, sql) => {
    const [stored] = await sql(`
      SELECT
        (SELECT sum(countEqual(Events.Name, 'exception')) FROM ${RUN_SPANS}) AS span,
        (SELECT countIf(mapContains(LogAttributes, 'exception.type')) FROM otel.otel_logs) AS log`);
    const recordedIn = (place: string) =>
      sum(
        rows.filter((row) => row.recorded_in === place),
        'thrown',
      );
    assert.deepEqual({ span: recordedIn('span'), log: recordedIn('log') }, stored);
    const soldOut = rowWith(rows, { service: 'api-gateway', exception_type: 'SoldOutError', recorded_in: 'span' });
    assert.deepEqual(pick([soldOut], 'message', 'failed_pct', 'operations'), [
      {
        message: 'No pair of this size is left',
        failed_pct: 100,
        operations: ['snkrs.v1.InventoryService/ReservePair'],
      },
    ]);
    for (const { message } of rows) assert.doesNotMatch(String(message), /\d/);
  },
  21: async (rows, sql) => {
    for (const row of rows) {
      const [counted] = await sql(`
        SELECT max(open) AS peak FROM (
          SELECT sum(step) OVER (ORDER BY time, step ROWS UNBOUNDED PRECEDING) AS open FROM (
            SELECT toUnixTimestamp64Nano(Timestamp) AS time, 1 AS step FROM ${RUN_SPANS}
            WHERE ServiceName = '${row.service}' AND SpanKind IN ('Server', 'Consumer')
            UNION ALL
            SELECT toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), -1 FROM ${RUN_SPANS}
            WHERE ServiceName = '${row.service}' AND SpanKind IN ('Server', 'Consumer')))`);
      assert.equal(row.peak, counted?.peak, String(row.service));
      const little = (Number(row.per_s) * Number(row.mean_ms)) / 1000;
      assert.ok(Math.abs(little - Number(row.in_flight)) <= 0.1 + 0.05 * little, JSON.stringify(row));
    }
    const gateway = rowWith(rows, { service: 'api-gateway' });
    assert.ok(Number(gateway.peak) > 20 && Number(gateway.peak) <= 40, 'no more requests than the 40 workers');
    assert.equal(gateway.instances, 12);
  },
  22: async (rows, sql) => {
    const stored = await sql(`
      SELECT ServiceName AS service, count() AS records, countIf(SeverityText = 'DEBUG') AS debug, countIf(SeverityText = 'INFO') AS info,
        countIf(SeverityText = 'WARN') AS warn, countIf(SeverityText = 'ERROR') AS error
      FROM otel.otel_logs GROUP BY service ORDER BY records DESC, service`);
    const found = pick(rows, 'service', 'records', 'debug', 'info', 'warn', 'error');
    const byService = (a: { service?: unknown }, b: { service?: unknown }) =>
      String(a.service) < String(b.service) ? -1 : 1;
    assert.deepEqual(found.sort(byService), stored.sort(byService));
    // What belongs to no request: changes to the platform, and the count of the stock.
    const changes = await sql(`
      SELECT ServiceName AS service, count() AS records FROM otel.otel_logs
      WHERE match(EventName, '^snkrs[.](deployment|config|inventory)[.]') GROUP BY service`);
    assert.ok(sum(changes, 'records') >= 1, 'every drop has one or two');
    for (const { service, records, in_trace_pct, unset } of rows) {
      const outside = Number(changes.find((row) => row.service === service)?.records ?? 0);
      const inTrace = Math.round(1_000 * (1 - outside / Number(records))) / 10;
      assert.deepEqual([service, in_trace_pct, unset], [service, inTrace, 0]);
    }
  },
  23: async (rows, sql) => {
    const [stored] = await sql('SELECT count() AS records FROM otel.otel_logs');
    assert.equal(sum(rows, 'records'), stored?.records);
    assert.ok(rows.length < 45, 'ids and numbers would make thousands of patterns');
    for (const { pattern } of rows) assert.doesNotMatch(String(pattern), /\d/);
    assert.deepEqual([...new Set(rows.map(({ severity }) => severity))], ['error', 'warn', 'info', 'debug']);
  },
  24: (rows) => {
    assert.ok(rows.length > 0, 'two drops without a timeout');
    for (const row of rows) {
      assert.equal(row.operation_status, 'Error', JSON.stringify(row));
      assert.ok(
        String(row.message).startsWith(`${row.operation}: `),
        'the drop names the operation in each error it logs',
      );
      assert.match(String(row.request), /^[a-z-]+: (GET|POST|process) /);
      assert.ok(
        Number(row.logged_after_ms) > 0 && Number(row.logged_after_ms) <= Number(row.request_ms) + 1,
        JSON.stringify(row),
      );
    }
    const messages = rows.map(({ service, message }) => `${service} ${message}`);
    for (const message of messages) assert.ok(messages.filter((other) => other === message).length <= 2, message);
  },
};
