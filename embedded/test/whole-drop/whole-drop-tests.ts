import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLedger } from '../stack.ts';
import type { TwoDrops } from '../two-drops.ts';

/** What must be true of drops that went from `npm start` to their end, and of what is in the tables. */
export function wholeDropTests(drops: () => TwoDrops): void {
  /** The first column of a query's only row. */
  const count = async (query: string) =>
    Object.values((await drops().stored.rows<Record<string, number>>(query))[0]!)[0];

  test('ends by itself, with exit code 0', () => {
    const { exit, stack } = drops();
    assert.equal(exit, 0, stack.output());
    assert.match(stack.output(), /everything it created is stored/);
  });

  test('shows the addresses, each phase and the status', () => {
    const { stack } = drops();
    const output = stack.output();
    assert.ok(output.includes(`http://localhost:${stack.ports.HYPERDX_PORT}`), output);
    assert.ok(output.includes(`http://localhost:${stack.ports.CLICKHOUSE_HTTP_PORT}`), output);
    const order = ['DROP 1', 'PRE_DROP', 'DROP_LIVE', 'POST_DROP', 'DROP 1 over', 'DROP 2 over'].map((text) =>
      output.indexOf(text),
    );
    assert.ok(
      order.every((at, i) => at > (order[i - 1] ?? -1)),
      output,
    );
    assert.match(output, /DROP_LIVE +\d+s +40 workers .*spans\/s/);
  });

  for (const [signal, tables] of [
    ['traces', ['otel_traces']],
    ['logs', ['otel_logs']],
    [
      'metrics',
      [
        'otel_metrics_gauge',
        'otel_metrics_sum',
        'otel_metrics_histogram',
        'otel_metrics_exponential_histogram',
        'otel_metrics_summary',
      ],
    ],
  ] as const) {
    test(`stores of its ${signal} what it created, each once`, async () => {
      const { created, acknowledged, rejected, dropped } = (await readLedger(drops().dataDir, drops().runId)).signals[
        signal
      ];
      const rows = tables.map(
        (table) => `(SELECT count() FROM ${table} WHERE ResourceAttributes['snkrs.run.id'] = '${drops().runId}')`,
      );
      assert.ok(created > 500, `${created} created`);
      assert.deepEqual({ acknowledged, rejected, dropped }, { acknowledged: created, rejected: 0, dropped: 0 });
      assert.equal(await count(`SELECT ${rows.join(' + ')}`), created);
    });
  }

  test('gives every span an id of its own', async () => {
    assert.equal(await count('SELECT count() - uniqExact(TraceId, SpanId) FROM otel_traces'), 0);
  });

  test('comes from the ten services and the event-generator, in all three signals', async () => {
    const services = [
      'api-gateway',
      'auth-service',
      'draw-service',
      'event-generator',
      'feed-service',
      'fraud-detection',
      'inventory-service',
      'notification-service',
      'order-service',
      'payment-service',
      'product-service',
    ];
    const inTable = async (table: string) =>
      (
        await drops().stored.rows<{ ServiceName: string }>(
          `SELECT DISTINCT ServiceName FROM ${table} ORDER BY ServiceName`,
        )
      ).map(({ ServiceName }) => ServiceName);
    const platform = services.filter((service) => service !== 'event-generator');
    assert.deepEqual(await inTable('otel_traces'), platform);
    assert.deepEqual(
      (await inTable('otel_logs')).filter((service) => service !== 'event-generator'),
      platform,
    );
    assert.deepEqual(await inTable('otel_metrics_sum'), [...services, 'otel-collector'].sort());
  });

  test('has no orphan: each parent is in the store, and its child runs inside it', async () => {
    const join = 'otel_traces AS c LEFT JOIN otel_traces AS p ON c.TraceId = p.TraceId AND c.ParentSpanId = p.SpanId';
    assert.equal(await count(`SELECT count() FROM ${join} WHERE c.ParentSpanId != '' AND p.SpanId = ''`), 0);
    const end = (span: string) => `toUnixTimestamp64Nano(${span}.Timestamp) + ${span}.Duration`;
    assert.deepEqual(
      await drops().stored.rows(
        `SELECT p.SpanName, c.SpanName FROM ${join}
         WHERE p.SpanId != '' AND (c.Timestamp < p.Timestamp OR ${end('c')} > ${end('p')}) LIMIT 3`,
      ),
      [],
    );
  });

  test('links each consumer, a trace of its own, to a producer', async () => {
    const consumers = `SELECT Links.TraceId AS links FROM otel_traces WHERE SpanKind = 'Consumer' AND ParentSpanId = ''`;
    assert.ok((await count(`SELECT count() FROM (${consumers})`))! > 20);
    assert.equal(await count(`SELECT countIf(empty(links)) FROM (${consumers})`), 0);
    assert.equal(
      await count(
        `SELECT count() FROM otel_traces ARRAY JOIN Links.SpanId AS linked
         WHERE linked NOT IN (SELECT SpanId FROM otel_traces WHERE SpanKind = 'Producer')`,
      ),
      0,
    );
  });

  test('joins each log of a request to its span', async () => {
    assert.ok((await count("SELECT count() FROM otel_logs WHERE TraceId != ''"))! > 500);
    assert.equal(
      await count(
        `SELECT count() FROM otel_logs
         WHERE TraceId != '' AND (TraceId, SpanId, ServiceName) NOT IN (SELECT TraceId, SpanId, ServiceName FROM otel_traces)`,
      ),
      0,
    );
  });

  test('marks a failed span with its status, a message and the exception', async () => {
    assert.ok((await count("SELECT count() FROM otel_traces WHERE StatusCode = 'Error'"))! > 50);
    assert.deepEqual(
      await drops().stored.rows(
        `SELECT ServiceName, SpanName, SpanKind, StatusMessage FROM otel_traces
         WHERE StatusCode = 'Error' AND (StatusMessage = '' OR SpanAttributes['error.type'] = '') LIMIT 3`,
      ),
      [],
    );
    assert.ok((await count("SELECT count() FROM otel_traces WHERE has(Events.Name, 'exception')"))! > 20);
  });

  test('charges each order exactly once, and keeps no money without an order', async () => {
    const charges = (span: string, kind: string) =>
      `SELECT SpanAttributes['snkrs.payment.charge_id'] AS charge, SpanAttributes['snkrs.drop.id'] AS drop FROM otel_traces
       WHERE SpanName = '${span}' AND SpanKind = '${kind}' AND StatusCode != 'Error'`;
    const orders = charges('create_order', 'Server');
    const sold = await count(`SELECT count() FROM (${orders})`);
    assert.ok(sold! > 20 && sold! <= 120, `${sold} orders from two times 60 pairs`);
    assert.equal(await count(`SELECT max(n) <= 60 FROM (SELECT count() AS n FROM (${orders}) GROUP BY drop)`), 1);
    assert.equal(await count(`SELECT uniqExact(charge) FROM (${orders}) WHERE charge != ''`), sold);
    assert.deepEqual(
      await drops().stored.rows(
        `SELECT charge FROM (${charges('stripe.charge', 'Client')})
         WHERE charge NOT IN (SELECT charge FROM (${orders})) AND charge NOT IN (SELECT charge FROM (${charges('stripe.refund', 'Client')}))`,
      ),
      [],
    );
    assert.equal(
      await count(
        `SELECT count() FROM (${orders}) WHERE charge NOT IN (SELECT charge FROM (${charges('stripe.charge', 'Client')}))`,
      ),
      0,
    );
  });
}
