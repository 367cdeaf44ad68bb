import assert from 'node:assert/strict';
import type { Answers } from './answer.ts';
import { addSpans, askAgain, pick, RUN_SPANS, rowWith, sum } from './otel-known-rows.ts';

/** Who calls whom in the drop, as its journeys tell it. */
const EDGES = [
  'api-gateway call auth-service',
  'api-gateway call draw-service',
  'api-gateway call feed-service',
  'api-gateway call inventory-service',
  'api-gateway call notification-service',
  'api-gateway call order-service',
  'api-gateway call payment-service',
  'api-gateway call product-service',
  'draw-service message draw-service',
  'draw-service message notification-service',
  'order-service call notification-service',
  'order-service message order-service',
  'payment-service call fraud-detection',
  'product-service call inventory-service',
];

/** A request of 100 s, the slowest there is: two calls side by side, one of them with a call below it, and one at the end. */
const SLOWEST = [
  { span: 'root', service: 'known-shop', name: 'buy', kind: 'Server', at: 0, ms: 100_000 },
  { span: 'a', parent: 'root', service: 'known-shop', name: 'beside', kind: 'Client', at: 10_000, ms: 40_000 },
  { span: 'b', parent: 'root', service: 'known-bank', name: 'pay', kind: 'Server', at: 30_000, ms: 60_000 },
  {
    span: 'd',
    parent: 'b',
    service: 'known-vault',
    name: 'debit',
    kind: 'Server',
    at: 40_000,
    ms: 40_000,
    status: 'Error',
  },
  { span: 'c', parent: 'root', service: 'known-shop', name: 'answer', kind: 'Internal', at: 95_000, ms: 4_000 },
] as const;

/** Questions 10 to 19: traces, who calls whom, links, and whether traces can be trusted. */
export const OTEL_TRACE_ANSWERS: Answers = {
  10: async (rows, sql) => {
    const [stored] = await sql(`SELECT uniqExact(TraceId) AS traces FROM ${RUN_SPANS} WHERE ParentSpanId = ''`);
    assert.equal(sum(rows, 'traces'), stored?.traces);
    assert.deepEqual(pick(rows.slice(0, 1), 'root', 'service_count', 'services'), [
      {
        root: 'api-gateway: POST /v1/checkout',
        service_count: 7,
        services: [
          ...['api-gateway', 'auth-service', 'fraud-detection', 'inventory-service'],
          ...['notification-service', 'order-service', 'payment-service'],
        ],
      },
    ]);
  },
  11: async (rows, sql) => {
    assert.equal(rows[0]?.at_ms, 0);
    assert.ok(
      Math.abs(sum(rows, 'self_ms') - Number(rows[0]?.ms)) < 0.1 * rows.length,
      'the calls of a request follow one another',
    );
    await addSpans(
      sql,
      SLOWEST.map((span) => ({ ...span, trace: 'known-slowest' })),
    );
    const tree = await askAgain(sql, 11);
    assert.deepEqual(
      tree.map(({ operation, at_ms, ms, self_ms, failure }) => [operation, at_ms, ms, self_ms, failure]),
      [
        ['buy', 0, 100_000, 16_000, ''],
        ['   beside', 10_000, 40_000, 40_000, ''],
        ['   pay', 30_000, 60_000, 20_000, ''],
        ['      debit', 40_000, 40_000, 40_000, 'Error '],
        ['   answer', 95_000, 4_000, 4_000, ''],
      ],
    );
    assert.equal(tree[2]?.waterfall, `${' '.repeat(12)}${'█'.repeat(24)}`);
  },
  12: async (rows, sql) => {
    const ms = rows.reduce(
      (total, { requests, ms_per_request }) => total + Number(requests) * Number(ms_per_request),
      0,
    );
    const [stored] = await sql(`
      SELECT sum(Duration) / 1e6 AS ms FROM (
        SELECT Duration FROM ${RUN_SPANS} WHERE ParentSpanId = '' ORDER BY Duration DESC LIMIT 100)`);
    // 30 operations are shown. On a busy machine requests wait for more than those.
    const unseen = rows.length < 30 ? 0.01 : 0.1;
    assert.ok(Math.abs(ms / Number(stored?.ms) - 1) < unseen, `${ms} ms on the paths of requests of ${stored?.ms} ms`);
    const parts = (await askAgain(sql, 12)).filter(({ operation }) =>
      /^known-(shop|bank|vault)/.test(String(operation)),
    );
    assert.deepEqual(
      parts.map(({ operation, requests, ms_per_request }) => [operation, requests, ms_per_request]),
      [
        ['known-vault: debit', 1, 40_000],
        ['known-shop: buy', 1, 36_000],
        ['known-bank: pay', 1, 20_000],
        ['known-shop: answer', 1, 4_000],
      ],
    );
  },
  13: async (rows, sql) => {
    assert.deepEqual(new Set(rows.map(({ calls_max }) => calls_max)), new Set([1]));
    const calls = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const call = { trace: 'repeated', service: 'known-loop', kind: 'Client', ms: 10 } as const;
    await addSpans(sql, [
      { ...call, span: 'p', name: 'list', kind: 'Server', at: 0, ms: 200 },
      ...calls.map((i) => ({ ...call, span: `s${i}`, parent: 'p', name: 'SELECT item', at: 12 * i })),
      ...calls.map((i) => ({ ...call, span: `t${i}`, parent: 'p', name: 'GET item', at: 130 })),
      { ...call, span: 'u', parent: 'p', name: 'GET list', at: 0 },
      { ...call, span: 'v', parent: 'q', name: 'GET item', at: 0, ms: 1000 },
    ]);
    const loops = (await askAgain(sql, 13)).filter(({ service }) => service === 'known-loop');
    assert.deepEqual(
      new Set(
        loops.map(({ repeated_call, calls_max, sequential_pct }) => `${repeated_call} ${calls_max} ${sequential_pct}`),
      ),
      new Set(['SELECT item 10 100', 'GET item 10 10', 'GET list 1 null']),
    );
  },
  14: async (rows, sql) => {
    assert.deepEqual(rows.map(({ caller, via, callee }) => `${caller} ${via} ${callee}`).toSorted(), EDGES);
    const [stored] = await sql(`
      SELECT countIf(SpanKind = 'Server' AND ParentSpanId != '') AS calls, sum(length(Links.TraceId)) AS messages FROM ${RUN_SPANS}`);
    const of = (via: string) =>
      sum(
        rows.filter((row) => row.via === via),
        'calls',
      );
    assert.deepEqual({ calls: of('call'), messages: of('message') }, stored);
    for (const row of rows) assert.ok(Number(row.between_p50_ms) >= 0, JSON.stringify(row));
    const stock = rowWith(rows, { caller: 'api-gateway', callee: 'inventory-service' });
    const [reserved] = await sql(`
      SELECT round(100 * countIf(StatusCode = 'Error') / count(), 2) AS error_pct FROM ${RUN_SPANS}
      WHERE SpanKind = 'Client' AND SpanName LIKE '%InventoryService/%' AND ServiceName = 'api-gateway'`);
    assert.equal(stock.error_pct, reserved?.error_pct);
  },
  15: async (rows, sql) => {
    const [stored] = await sql(`SELECT count() AS calls FROM ${RUN_SPANS} WHERE SpanKind IN ('Client', 'Producer')`);
    assert.equal(sum(rows, 'calls'), stored?.calls);
    assert.equal(rowWith(rows, { backend: 'draw_entries' }).system, 'kafka');
    const stripe = rowWith(rows, { backend: 'api.stripe.com', caller: 'payment-service' });
    const [charged] = await sql(`SELECT count() AS calls FROM ${RUN_SPANS} WHERE SpanName = 'stripe.charge'`);
    assert.equal(stripe.calls, charged?.calls);
  },
  16: async (rows, sql) => {
    const [stored] = await sql(`SELECT sum(length(Links.TraceId)) AS links FROM ${RUN_SPANS}`);
    assert.deepEqual([sum(rows, 'links'), sum(rows, 'unresolved')], [stored?.links, 0]);
    const entries = rowWith(rows, { to_operation: 'draw-service: process draw_entries' });
    assert.equal(entries.from_operation, 'draw-service: kafka.produce draw_entries');
    assert.ok(Number(entries.after_p50_ms) >= 0 && Number(entries.after_max_ms) >= Number(entries.after_p50_ms));
    const [linked] = await sql(
      `SELECT has(Links.TraceId, '${entries.from_trace}') AS linked FROM ${RUN_SPANS} WHERE TraceId = '${entries.to_trace}' AND notEmpty(Links.TraceId)`,
    );
    assert.equal(linked?.linked, 1);
    const job = { service: 'known-batch', kind: 'Consumer', at: 1010, ms: 10 } as const;
    await addSpans(sql, [
      { trace: 'linked', span: 'cause', service: 'known-front', name: 'submit', kind: 'Server', at: 0, ms: 10 },
      { ...job, trace: 'links-1', span: 'a', name: 'run', links: [{ trace: 'linked', span: 'cause' }] },
      { ...job, trace: 'links-2', span: 'a', name: 'clean up', links: [{ trace: 'sampled', span: 'away' }] },
    ]);
    const batch = (await askAgain(sql, 16)).filter(({ to_operation }) => /^known-batch/.test(String(to_operation)));
    assert.deepEqual(
      batch
        .map(({ to_operation, from_operation, links, unresolved, after_p50_ms, after_max_ms }) => [
          ...[to_operation, from_operation, links, unresolved, after_p50_ms, after_max_ms],
        ])
        .toSorted(),
      [
        ['known-batch: clean up', 'not stored', 1, 1, null, null],
        ['known-batch: run', 'known-front: submit', 1, 0, 1000, 1000],
      ],
    );
  },
  17: async (rows, sql) => {
    assert.deepEqual([sum(rows, 'orphans'), sum(rows, 'duplicates')], [0, 0]);
    const span = { trace: 'cut', service: 'known-cut', at: 0, ms: 10 } as const;
    await addSpans(sql, [
      { ...span, span: 'root', name: 'request' },
      { ...span, span: 'child', parent: 'root', name: 'work' },
      { ...span, span: 'child', parent: 'root', name: 'work' },
      { ...span, span: 'lost1', parent: 'away', name: 'orphaned' },
      { ...span, span: 'lost2', parent: 'away', name: 'orphaned' },
      { ...span, span: 'early', parent: 'running', name: 'too young to tell', secondsAgo: 5 },
    ]);
    const cut = rowWith(await askAgain(sql, 17), { service: 'known-cut' });
    assert.deepEqual(
      pick([cut], 'spans', 'roots', 'orphans', 'orphans_pct', 'traces_cut', 'duplicates', 'orphan_operation'),
      [
        {
          spans: 5,
          roots: 1,
          orphans: 2,
          orphans_pct: 40,
          traces_cut: 1,
          duplicates: 1,
          orphan_operation: ['orphaned'],
        },
      ],
    );
  },
  18: (rows) => {
    assert.deepEqual(rows.map(({ service }) => service).toSorted(), [
      ...['api-gateway', 'auth-service', 'draw-service', 'feed-service', 'fraud-detection', 'inventory-service'],
      ...['notification-service', 'order-service', 'payment-service', 'product-service'],
    ]);
    for (const row of rows) {
      const byMetrics = Number(row.requests_by_metrics);
      const difference = Math.abs(Number(row.requests_by_spans) - byMetrics);
      assert.ok(
        difference <= Math.max(2, 0.02 * byMetrics),
        `more than the edges of whole seconds: ${JSON.stringify(row)}`,
      );
    }
  },
  19: async (rows, sql) => {
    for (const row of rows) {
      assert.deepEqual([row.starts_before_pct, row.ends_after_pct], [0, 0]);
      assert.ok(Math.abs(Number(row.clock_ms)) < 1, JSON.stringify(row));
    }
    await addSpans(sql, [
      { trace: 'skewed', span: 'call', service: 'known-caller', name: 'call', kind: 'Client', at: 0, ms: 100 },
      {
        ...{
          trace: 'skewed',
          span: 'handled',
          parent: 'call',
          service: 'known-ahead',
          name: 'handled',
          kind: 'Server',
        },
        ...{ at: 510, ms: 80, resource: { 'host.name': 'ahead' } },
      },
    ]);
    const [ahead] = await askAgain(sql, 19);
    assert.deepEqual(pick([ahead ?? {}], 'callee_host', 'callers', 'to_ms', 'back_ms', 'clock_ms', 'ends_after_pct'), [
      {
        callee_host: 'ahead',
        callers: ['known-caller'],
        to_ms: 510,
        back_ms: -490,
        clock_ms: 500,
        ends_after_pct: 100,
      },
    ]);
  },
};
