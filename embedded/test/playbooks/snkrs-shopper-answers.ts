import assert from 'node:assert/strict';
import type { Answers } from './answer.ts';
import { answered, events, failures, numberAt, numbers, rowWhere, secondDrop, spans, sum } from './snkrs-facts.ts';

/** Those who came: bots and people, what they lived through, who was lucky, who was told. */
export const SHOPPER_ANSWERS: Answers = {
  9: async (rows, sql) => {
    assert.deepEqual(
      rows.map((row) => row.who),
      ['bots', 'people'],
    );
    const [bots, people] = rows;
    assert.equal(bots?.requests, await answered(sql, '/v1/', 403, 403));
    assert.equal(bots?.buyers, 0);
    const [buyers] = await sql(
      "SELECT uniqExact(SpanAttributes['user.id']) AS people FROM otel.otel_traces WHERE SpanName = 'create_order' AND SpanAttributes['snkrs.order.id'] LIKE 'ord_2_%'",
    );
    assert.equal(people?.buyers, buyers?.people);
    assert.ok(Number(bots?.addresses) <= 8 && Number(bots?.accounts_per_address) > 2);
    assert.ok(Number(people?.accounts_per_address) < 1.1);
    assert.ok(Math.abs(sum(numbers(rows, 'share')) - 100) < 0.2);
  },

  10: async (rows, sql) => {
    const network = rowWhere(rows, 'attribute', 'network');
    assert.equal(rows[0], network);
    assert.deepEqual([network.value, network.of_bots, network.bots_among_it], ['203.0.113.0/24', 100, 100]);
    assert.equal(network.by_bots, await answered(sql, '/v1/', 403, 403));
    const country = rowWhere(rows, 'attribute', 'country');
    assert.equal(country.value, 'US');
    assert.ok(Number(country.bots_among_it) < 50);
  },

  14: async (rows, sql) => {
    const seconds = numbers(rows, 'after_s');
    assert.deepEqual(
      seconds,
      seconds.toSorted((a, b) => a - b),
    );
    assert.equal(seconds[0], 0);
    const told = rows.map(({ kind, what }) => `${kind}: ${what}`);
    assert.ok(told.includes('request: POST /v1/checkout 200'), told.join('\n'));
    assert.ok(told.includes('message: process order_created'), told.join('\n'));
    assert.ok(
      told.some((line) => /^log: INFO Order ord_2_\w+: Metro Runner 90 in US/.test(line)),
      told.join('\n'),
    );
    const requests = rows.filter((row) => row.kind === 'request').map((row) => `'${row.trace_id}'`);
    const sessions = await sql(
      `SELECT SpanAttributes['session.id'] AS session, count() AS requests FROM otel.otel_traces
       WHERE ParentSpanId = '' AND SpanKind = 'Server' AND SpanAttributes['session.id'] =
         (SELECT any(SpanAttributes['session.id']) FROM otel.otel_traces WHERE ParentSpanId = '' AND TraceId = ${requests[0]})
       GROUP BY session`,
    );
    assert.deepEqual(numbers(sessions, 'requests'), [requests.length]);
  },

  17: async (rows, sql, printed) => {
    const { orders } = secondDrop(printed);
    const letIn = (await answered(sql, '/v1/checkout')) - (await answered(sql, '/v1/checkout', 403, 403));
    for (const by of ['country', 'device', 'region', 'tier']) {
      const group = rows.filter((row) => row.by === by);
      assert.equal(sum(numbers(group, 'pairs')), orders, by);
      assert.equal(sum(numbers(group, 'checkouts')), letIn, by);
      assert.ok(Math.abs(sum(numbers(group, 'fair_share')) - orders) < 1, by);
    }
    const values = (by: string) => rows.flatMap((row) => (row.by === by ? [row.value] : [])).sort();
    assert.deepEqual(values('region'), ['eu-west-1', 'us-east-1', 'us-west-2']);
    assert.deepEqual(values('tier'), ['gold', 'member', 'silver']);
    for (const { pairs, fair_share, deviation } of rows) {
      const luck = Number(pairs) - Number(fair_share);
      assert.ok(Math.abs(luck) < 0.3 || Math.sign(Number(deviation)) === Math.sign(luck), `${luck}: ${deviation}`);
    }
  },

  19: async (rows, sql) => {
    const column = (name: string) => sum(numbers(rows, name));
    assert.equal(column('requests'), await answered(sql, '/v1/draw/enter'));
    assert.equal(column('in'), await events(sql, 'snkrs.draw.entered'));
    assert.equal(column('told_before'), await failures(sql, 'duplicate_entry'));
    assert.equal(column('too_late'), await failures(sql, 'draw_closed'));
    assert.equal(column('in_twice'), 0);
    for (const row of rows) if (row.who === 'bots') assert.equal(row.in, 0);
    for (const { tries, shoppers, requests } of rows) assert.equal(requests, Number(tries) * Number(shoppers));
  },

  20: async (rows, sql) => {
    const held = rowWhere(rows, 'reason', 'Fraud score above 85 of 100: payment held');
    assert.equal(held.payments, await failures(sql, 'fraud_score_high'));
    assert.equal(
      sum(numbers(rows, 'payments')),
      (await answered(sql, '/v1/checkout', 402, 402)) + (await answered(sql, '/v1/checkout', 504, 504)),
    );
    for (const { payments, usd, shoppers, came_back, got_one } of rows) {
      assert.equal(usd, Number(payments) * 140);
      assert.ok(Number(got_one) <= Number(came_back) && Number(came_back) <= Number(shoppers));
    }
    const [again] = await sql(
      `SELECT uniqExact(lost.shopper) AS shoppers, uniqExact(lost.TraceId) AS checkouts FROM
         (SELECT *, SpanAttributes['user.id'] AS shopper FROM otel.otel_traces
          WHERE SpanName = 'process_payment' AND SpanAttributes['rpc.status_code'] != 'OK') AS lost
       INNER JOIN
         (SELECT *, SpanAttributes['user.id'] AS shopper FROM otel.otel_traces WHERE SpanName = 'POST /v1/checkout') AS later
       ON lost.shopper = later.shopper AND lost.SpanAttributes['snkrs.drop.id'] = later.SpanAttributes['snkrs.drop.id']
       WHERE later.Timestamp > lost.Timestamp AND lost.SpanAttributes['snkrs.drop.id'] LIKE '%-0002'`,
    );
    const cameBack = sum(numbers(rows, 'came_back'));
    assert.ok(cameBack >= Number(again?.shoppers) && cameBack <= Number(again?.checkouts), `${cameBack} came back`);
  },

  27: async (rows, sql, printed) => {
    const { orders } = secondDrop(printed);
    const line = (whom: string) => {
      const { due, told, missing } = rowWhere(rows, 'whom', whom);
      return { due, told, missing };
    };
    assert.equal(line('winners of the draw, by push').missing, 0);
    assert.equal(line('losers of the draw, by push').missing, 0);
    assert.deepEqual(line('buyers, by mail'), { due: orders, told: orders, missing: 0 });
    assert.equal(line('buyers, by push').missing, await failures(sql, '410'));
    assert.equal(line('sold out at the checkout').due, await answered(sql, '/v1/checkout', 410, 410));
    const drawn =
      numberAt(rows, 'whom', 'winners of the draw, by push', 'due') +
      numberAt(rows, 'whom', 'losers of the draw, by push', 'due');
    assert.equal(drawn, await spans(sql, "SpanName = 'kafka.produce draw_entries' AND StatusCode != 'Error'"));
  },
};
