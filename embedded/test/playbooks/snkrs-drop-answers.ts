import assert from 'node:assert/strict';
import type { Answers } from './answer.ts';
import { askerOf } from './ask-again.ts';
import { addSpans } from './otel-known-rows.ts';
import {
  answered,
  events,
  failures,
  firstDropOrders,
  numberAt,
  numbers,
  rowWhere,
  secondDrop,
  spans,
  sum,
} from './snkrs-facts.ts';

const askAgain = askerOf('event-generator/snkrs_queries.sql');

/** The drop as a whole: how it went, how it sold out, whether its books balance. */
export const DROP_ANSWERS: Answers = {
  1: async (rows, sql, printed) => {
    const second = secondDrop(printed).orders;
    const first = await firstDropOrders(sql, printed);
    assert.deepEqual(
      rows.map(({ sku, pairs, phase, orders }) => ({ sku, pairs, phase, orders })),
      [
        { sku: 'SN-2207-104', pairs: 60, phase: 'POST_DROP', orders: second },
        { sku: 'SN-1985-601', pairs: 60, phase: 'POST_DROP', orders: first },
      ],
    );
    assert.deepEqual(numbers(rows, 'revenue_usd'), [140 * second, 180 * first]);
    const [{ checkouts, page_views, entries }] = rows as [(typeof rows)[0]];
    assert.deepEqual(
      { checkouts, page_views, entries },
      {
        checkouts: await answered(sql, '/v1/checkout'),
        page_views: await answered(sql, '/v1/products/'),
        entries: await events(sql, 'snkrs.draw.entered'),
      },
    );
    for (const { orders, sold_out_after_s } of rows) assert.equal(sold_out_after_s === null, orders !== 60);
    for (const errors of numbers(rows, 'errors')) assert.ok(errors > 0 && errors < 20, `${errors} % errors`);

    const known = { kind: 'Server', secondsAgo: 1800, ms: 5, resource: { 'snkrs.run.id': 'known' } } as const;
    const during = (phase: string) => ({ 'snkrs.drop.id': 'drop-known', 'snkrs.phase': phase });
    const page = { ...known, service: 'api-gateway', name: 'GET /v1/products/{id}' } as const;
    const payment = { ...known, service: 'payment-service', name: 'process_payment' } as const;
    await addSpans(sql, [
      { ...page, trace: 'k1', span: 'k1', at: 0, attributes: during('DROP_LIVE') },
      { ...page, trace: 'k2', span: 'k2', at: 100, attributes: during('POST_DROP') },
      // Of a checkout that came in DROP_LIVE and takes long.
      { ...payment, trace: 'k1', span: 'k3', parent: 'k1', at: 200, attributes: during('DROP_LIVE') },
    ]);
    assert.equal(rowWhere(await askAgain(sql, 1), 'drop_id', 'drop-known').phase, 'POST_DROP');
  },

  2: (rows, _, printed) => {
    const value = (what: string) => String(rowWhere(rows, 'what', what).value);
    assert.match(value('drop'), /^drop-\d{4}-\d\d-\d\d-0002, POST_DROP$/);
    // A pair whose payment fails after the last page view is back, and nobody has seen it yet.
    const { left } = secondDrop(printed);
    assert.match(value('stock'), new RegExp(`^(${left}|${left - 1}) of 60 pairs`));
    assert.match(value('freshness'), /^\d{1,3}(\.\d)? s/);
    assert.match(value('orders'), /^[1-8](\.\d)?\/s$/);
    assert.match(value('requests'), /^\d+\/s, [1-9]\d?(\.\d)? % /);
    assert.match(value('checkout'), /^\d{2,3} ms p50, \d{3,4} ms p99$/);
    assert.match(value('waiting'), /most for postgres-users$/);
    assert.ok(Number.parseFloat(value('telemetry')) > 100, value('telemetry'));
  },

  3: async (rows, sql, printed) => {
    const second = secondDrop(printed).orders;
    const first = await firstDropOrders(sql, printed);
    assert.deepEqual(rowWhere(rows, 'what', 'pairs at start'), {
      what: 'pairs at start',
      this_drop: 60,
      drop_before: 60,
      change: 0,
    });
    const orders = rowWhere(rows, 'what', 'orders');
    assert.deepEqual([orders.this_drop, orders.drop_before], [second, first]);
    const revenue = rowWhere(rows, 'what', 'revenue, USD');
    const earned = [140 * second, 180 * first] as const;
    assert.deepEqual([revenue.this_drop, revenue.drop_before], earned);
    assert.equal(revenue.change, Math.round((1000 * (earned[0] - earned[1])) / earned[1]) / 10);
    const bots = numberAt(rows, 'what', 'refused as bots', 'this_drop');
    assert.equal(bots, await failures(sql, 'account_flagged'));
    assert.ok(
      numberAt(rows, 'what', 'checkout p50, ms', 'this_drop') < numberAt(rows, 'what', 'checkout p99, ms', 'this_drop'),
    );
  },

  4: async (rows, sql, printed) => {
    for (const way of ['checkout', 'draw']) {
      const steps = rows.filter((row) => row.way === way);
      const requests = numbers(steps, 'requests');
      assert.ok(
        requests.every((count, i) => i === 0 || count <= requests[i - 1]!),
        `${way}: ${requests}`,
      );
      assert.equal(sum(numbers(steps, 'lost_here')), requests[0]! - requests.at(-1)!);
      assert.equal(steps[0]?.of_first, 100);
    }
    assert.equal(numberAt(rows, 'step', 'has an order', 'requests'), secondDrop(printed).orders);
    assert.equal(numberAt(rows, 'step', 'presses Buy', 'requests'), await answered(sql, '/v1/checkout'));
    assert.equal(numberAt(rows, 'step', 'is in the draw', 'requests'), await events(sql, 'snkrs.draw.entered'));
    assert.ok(numberAt(rows, 'step', 'wins', 'requests') > 0);
  },

  5: async (rows, sql, printed) => {
    const left = numbers(rows, 'left');
    assert.ok(
      left.every((pairs) => pairs >= 0 && pairs < 60),
      `${left}`,
    );
    assert.equal(left.at(-1), secondDrop(printed).left);
    assert.equal(60 - sum(numbers(rows, 'taken')) + sum(numbers(rows, 'returned')), left.at(-1));
    assert.equal(rows[0]?.second, 0);
    assert.ok(numbers(rows, 'second').at(-1)! < 15);
    assert.ok(sum(numbers(rows, 'turned_away')) <= (await answered(sql, '/v1/checkout', 410, 410)));
  },

  6: async (rows, sql) => {
    const [asked] = await sql(`
      SELECT sum(at_start) AS pairs
      FROM (
        SELECT Attributes['snkrs.size'] AS size, ResourceAttributes['snkrs.shard.index'] AS shard, max(Value) AS at_start
        FROM otel.otel_metrics_gauge
        WHERE MetricName = 'snkrs.inventory' AND Attributes['snkrs.sku'] = 'SN-2207-104'
        GROUP BY size, shard
      )
      WHERE (size, shard) IN (
        SELECT SpanAttributes['snkrs.size'], ResourceAttributes['snkrs.shard.index']
        FROM otel.otel_traces
        WHERE SpanName = 'reserve_pair' AND SpanAttributes['snkrs.drop.id'] LIKE '%-0002')`);
    assert.equal(sum(numbers(rows, 'pairs')), asked?.pairs);
    const sizes = rows.map(({ size }) => Number(size));
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
    const columns = ['wanted', 'reserved', 'turned_away', 'returned'].map((column) => numbers(rows, column));
    const [wanted, reserved, turnedAway, returned] = columns.map(sum);
    assert.equal(wanted, reserved! + turnedAway!);
    assert.equal(turnedAway, await answered(sql, '/v1/checkout', 410, 410));
    assert.equal(returned, await events(sql, 'snkrs.reservation.released'));
    for (const { turned_away, gone_after_s } of rows) assert.equal(gone_after_s === null, turned_away === 0);
  },

  7: async (rows, sql) => {
    const requests = (column: string, value: string) =>
      sum(
        numbers(
          rows.filter((row) => row[column] === value),
          'requests',
        ),
      );
    assert.equal(requests('request', 'POST /v1/checkout'), await answered(sql, '/v1/checkout', 400));
    assert.equal(requests('request', 'POST /v1/draw/enter'), await answered(sql, '/v1/draw/enter', 400));
    assert.equal(requests('reason', 'unknown'), 0);
    const soldOut = rowWhere(rows, 'reason', 'sold_out');
    assert.deepEqual([soldOut.status, soldOut.service], [410, 'inventory-service']);
    assert.ok(requests('reason', 'account_flagged') > 10 && requests('reason', 'fraud_score_high') > 0);
    const bots = rows.filter((row) => row.reason === 'account_flagged');
    assert.deepEqual(
      bots.map((row) => row.won_anyway),
      [0, 0],
    );
  },

  8: (rows, _, printed) => {
    const { orders } = secondDrop(printed);
    const last = [orders - 4, orders - 3, orders - 2, orders - 1, orders];
    assert.deepEqual(numbers(rows, 'nth'), [1, 2, 3, 4, 5, ...last]);
    const seconds = numbers(rows, 'after_s');
    assert.deepEqual(
      seconds,
      seconds.toSorted((a, b) => a - b),
    );
    assert.ok(seconds[0]! > 0.3 && seconds.at(-1)! < 12, `${seconds}`);
    for (const row of rows) assert.match(String(row.order_id), /^ord_2_/);
    for (const took of numbers(rows, 'checkout_ms')) assert.ok(took > 300 && took < 5000, `${took} ms`);
  },

  15: async (rows, sql, printed) => {
    assert.deepEqual(
      rows.map((row) => row.verdict),
      Array(9).fill('balances'),
    );
    const { orders } = secondDrop(printed);
    for (const sentence of ['every order has an id of its own', 'every order has a warehouse']) {
      assert.equal(numberAt(rows, 'sentence', sentence, 'expected'), orders);
    }
    const abandoned = await spans(sql, "SpanAttributes['snkrs.checkout.outcome'] = 'abandoned'");
    await sql(`
      INSERT INTO otel.otel_logs (Timestamp, ServiceName, EventName, LogAttributes)
      SELECT now64(9), 'inventory-service', 'snkrs.reservation.expired', map('snkrs.reservations', '${abandoned + 1000}')`);
    const unbalanced = (await askAgain(sql, 15)).filter(({ verdict }) => verdict !== 'balances');
    assert.deepEqual(
      unbalanced.map(({ sentence }) => sentence),
      ['lapsed beyond what was left in carts'],
    );
    assert.ok(Number(unbalanced[0]?.found) >= 1000);
  },

  16: async (rows, sql, printed) => {
    const { orders } = secondDrop(printed);
    const earned = rowWhere(rows, 'became', 'earned');
    assert.deepEqual([earned.checkouts, earned.usd], [orders, orders * 140]);
    assert.equal(numberAt(rows, 'became', 'no pair left', 'checkouts'), await answered(sql, '/v1/checkout', 410, 410));
    assert.equal(sum(numbers(rows, 'checkouts')), await spans(sql, "SpanName = 'reserve_pair'"));
  },
};
