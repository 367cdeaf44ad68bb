import assert from 'node:assert/strict';
import type { Answers, Row } from './answer.ts';
import { answered, failures, numberAt, numbers, rowWhere, spans, sum } from './snkrs-facts.ts';

const number = (row: Row | undefined, column: string) => (row ? numbers([row], column)[0]! : Number.NaN);

/** What carries the drop: pools, phases, payments, messages, caches, instances, and the signals themselves. */
export const PLATFORM_ANSWERS: Answers = {
  11: async (rows, sql) => {
    const users = rowWhere(rows, 'pool', 'postgres-users');
    assert.equal(users, rows[0]);
    assert.deepEqual([users.service, users.slots], ['auth-service', 12]);
    assert.equal(users.timeouts, await failures(sql, 'pool_timeout'));
    assert.equal(sum(numbers(rows, 'waits')), await spans(sql, "SpanName = 'pool.acquire'"));
    assert.ok(number(users, 'wait_p50') <= number(users, 'wait_p99') && number(users, 'wait_p50') < 40);
    assert.equal(numberAt(rows, 'pool', 'dynamodb-draws', 'slots'), 6);
    assert.equal(numberAt(rows, 'pool', 'stripe', 'slots'), 25);
    for (const { pool, used, peak } of rows) {
      assert.ok(Number(used) <= Number(peak) && Number(peak) <= 100, `${pool}: ${used}, ${peak}`);
    }
    assert.ok(numberAt(rows, 'pool', 'postgres-feed', 'used') < 20, 'the feed is quiet in DROP_LIVE');
    assert.ok(sum(numbers(rows, 'used')) > 0, 'nothing was ever in use');
  },

  12: async (rows, sql) => {
    const stripe = rowWhere(rows, 'operation', 'stripe.charge');
    assert.deepEqual([stripe.pre_p50, stripe.post_p50, stripe.slowdown], [null, null, null]);
    assert.ok(number(stripe, 'live_p50') > 150 && number(stripe, 'live_p50') < 400, `${stripe.live_p50} ms`);
    const jwt = rowWhere(rows, 'operation', 'verify_jwt');
    assert.ok(number(jwt, 'pre_p50') > 5 && number(jwt, 'post_p50') > 5 && number(jwt, 'slowdown') > 0.5);
    assert.equal(
      jwt.live_spans,
      await spans(sql, "SpanName = 'verify_jwt' AND SpanAttributes['snkrs.phase'] = 'DROP_LIVE'"),
    );
    const totals = numbers(rows, 'live_total_s');
    assert.deepEqual(
      totals,
      totals.toSorted((a, b) => b - a),
    );
  },

  13: async (rows, sql) => {
    const [root] = rows;
    assert.equal(root?.span, 'api-gateway: POST /v1/checkout');
    const [slowest] = await sql(
      `SELECT round(max(Duration) / 1e6, 1) AS took FROM otel.otel_traces
       WHERE SpanName = 'POST /v1/checkout' AND SpanAttributes['snkrs.drop.id'] LIKE '%-0002'
         AND TraceId IN (SELECT TraceId FROM otel.otel_traces WHERE SpanName = 'create_order')`,
    );
    assert.deepEqual([root?.at, root?.took], [0, slowest?.took]);
    // A checkout does one thing after another, so what its spans own adds up to the whole.
    assert.ok(Math.abs(sum(numbers(rows, 'own')) - number(root, 'took')) < rows.length * 0.1);
    const depth = (name: string) => String(rows.find((row) => String(row.span).endsWith(name))?.span).search(/\S/);
    assert.deepEqual(['process_payment', 'stripe.charge', 'score_check', 'ses.send_email'].map(depth), [4, 6, 6, 10]);
    const usual = number(
      rows.find((row) => String(row.span).endsWith('stripe.charge')),
      'usual',
    );
    assert.ok(usual > 150 && usual < 400, `stripe.charge takes ${usual} ms`);
    for (const { own, usual, excess } of rows) {
      assert.ok(Math.abs(Number(own) - Number(usual) - Number(excess)) < 0.2);
    }
  },

  18: async (rows, sql) => {
    const steps = ['validate_payment_method', 'fraud.score_check', 'stripe.charge', 'postgres.insert transactions'];
    assert.deepEqual(
      rows.slice(0, 4).map((row) => row.step),
      steps,
    );
    for (const [i, row] of rows.slice(1, 4).entries()) {
      assert.equal(row.calls, number(rows[i], 'calls') - number(rows[i], 'lost'), String(row.step));
    }
    assert.equal(rows[1]?.lost, await failures(sql, 'fraud_score_high'));
    assert.equal(rows[2]?.lost, await answered(sql, '/v1/checkout', 504, 504));
    assert.ok(
      number(rows[2], 'waited_s') > number(rows[1], 'waited_s'),
      'stripe takes twice as long as the fraud check',
    );
    for (const row of rows) assert.ok(number(row, 'for_nothing_s') <= number(row, 'waited_s'));
  },

  21: async (rows, sql) => {
    const topics = ['draw_entries', 'draw_losers', 'draw_winners', 'order_created'];
    assert.deepEqual(rows.map((row) => String(row.topic)).sort(), topics);
    for (const topic of topics) {
      assert.equal(numberAt(rows, 'topic', topic, 'messages'), await spans(sql, `SpanName = 'kafka.produce ${topic}'`));
      const [batches] = await sql(
        `SELECT uniqExact(c.SpanId) AS handled FROM otel.otel_traces AS c ARRAY JOIN Links.SpanId AS sender
         WHERE c.SpanKind = 'Consumer' AND sender IN (SELECT SpanId FROM otel.otel_traces
           WHERE SpanName = 'kafka.produce ${topic}' AND SpanAttributes['snkrs.drop.id'] LIKE '%-0002')`,
      );
      assert.equal(numberAt(rows, 'topic', topic, 'batches'), batches?.handled);
    }
    assert.equal(sum(numbers(rows, 'unread')), 0);
    assert.ok(Math.min(...numbers(rows, 'lag_p50_s')) >= 0);
    assert.equal(rows[0]?.topic, 'draw_losers');
    assert.ok(number(rows[0], 'lag_p50_s') > 1 && number(rows[0], 'lag_max_s') < 15);
    assert.ok(numberAt(rows, 'topic', 'draw_entries', 'lag_p50_s') < 1);
  },

  22: async (rows, sql) => {
    const hit = rowWhere(rows, 'what', 'product page, HIT');
    const miss = rowWhere(rows, 'what', 'product page, MISS');
    assert.ok(number(miss, 'picture_p50') > number(hit, 'picture_p50') + 20);
    assert.ok(number(miss, 'origin_p50') < number(miss, 'picture_p50'));
    assert.ok(number(hit, 'of_pages') > 70 && number(hit, 'of_pages') + number(miss, 'of_pages') === 100);
    assert.ok(number(hit, 'picture_p50') < number(hit, 'page_p50'));
    assert.equal(numberAt(rows, 'what', 'feed', 'requests'), await answered(sql, '/v1/feed'));
  },

  23: async (rows, sql) => {
    for (const [request, path] of [
      ['POST /v1/checkout', '/v1/checkout'],
      ['POST /v1/draw/enter', '/v1/draw/enter'],
      ['GET /v1/products/{id}', '/v1/products/'],
    ] as const) {
      const answers = rows.filter((row) => row.request === request);
      for (const { status, requests } of answers)
        assert.equal(requests, await answered(sql, path, Number(status), Number(status)));
      assert.equal(sum(numbers(answers, 'requests')), await answered(sql, path));
      assert.ok(Math.abs(sum(numbers(answers, 'of_request')) - 100) < 0.5);
    }
    assert.deepEqual(rowWhere(rows, 'meaning', 'sold out').status, 410);
    assert.equal(rows.filter((row) => row.meaning === 'unexpected').length, 0);
  },

  24: async (rows, sql) => {
    const checkout = rowWhere(rows, 'request', 'POST /v1/checkout');
    const failed = await answered(sql, '/v1/checkout', 500);
    const requests = await answered(sql, '/v1/checkout');
    assert.deepEqual([checkout.requests, checkout.failures], [requests, failed]);
    assert.equal(checkout.failures_budget, Math.round((100 * failed) / (0.01 * requests)));
    assert.ok(Math.abs(number(checkout, 'availability') - (100 - (100 * failed) / requests)) < 0.01);
    assert.equal(checkout.slow, await spans(sql, "SpanName = 'POST /v1/checkout' AND Duration > 500000000"));
    const tens = await sql(
      `SELECT intDiv(toUnixTimestamp(Timestamp), 10) AS ten, count() AS requests, countIf(StatusCode = 'Error') AS failures
       FROM otel.otel_traces
       WHERE SpanName = 'POST /v1/checkout' AND SpanKind = 'Server' AND SpanAttributes['snkrs.drop.id'] LIKE '%-0002' GROUP BY ten`,
    );
    const enough = tens.filter((ten) => Number(ten.requests) >= 10);
    const worst = Math.max(...enough.map((ten) => (100 * Number(ten.failures)) / Number(ten.requests)));
    assert.ok(Math.abs(number(checkout, 'worst_10s') - worst) < 0.06, `${worst}`);
    assert.equal(numberAt(rows, 'request', 'GET /v1/feed', 'failures'), 0);
  },

  25: async (rows, sql) => {
    assert.equal(sum(numbers(rows, 'requests')), await spans(sql, "SpanKind IN ('Server', 'Consumer')"));
    const auth = rows.filter((row) => row.service === 'auth-service');
    assert.equal(auth.length, 12);
    assert.equal(sum(numbers(auth, 'errors')), await failures(sql, 'pool_timeout'));
    const deviations = numbers(auth, 'deviation');
    assert.ok(deviations[0]! > 0 && deviations.at(-1)! < 0, `${deviations}`);
    const rate = sum(numbers(auth, 'errors')) / sum(numbers(auth, 'requests'));
    for (const row of auth) {
      const [errors, requests] = [number(row, 'errors'), number(row, 'requests')];
      const deviation = (errors - requests * rate) / Math.sqrt(requests * rate * (1 - rate));
      assert.ok(Math.abs(number(row, 'deviation') - deviation) < 0.06, `${row.deviation}, expected ${deviation}`);
    }
    for (const row of rows) if (row.service === 'feed-service') assert.equal(row.deviation, null);
  },

  26: (rows) => {
    assert.equal(rows.length, 10);
    const gateway = rowWhere(rows, 'service', 'api-gateway');
    assert.ok(number(gateway, 'requests_counted') > 100 && number(gateway, 'failures_counted') > 20);
    // The failures lie in DROP_LIVE, away from the first and the last reading.
    const failuresOff = number(gateway, 'failures_counted') - number(gateway, 'failures_traced');
    assert.ok(Math.abs(failuresOff) <= 3, `${failuresOff} failures off`);
    // A reading is stamped with the second it falls in, whose rest is then on the other side, and a busy machine is late with it: of eleven
    // seconds, one and a half. A shard's share would be half of them.
    for (const row of rows) {
      const counted = number(row, 'requests_counted');
      const off = number(row, 'requests_traced') - counted;
      assert.ok(Math.abs(off) <= Math.max(20, counted / 7), `${row.service}: ${off} off`);
    }
  },

  28: async (rows, sql) => {
    for (const phase of ['PRE_DROP', 'DROP_LIVE', 'POST_DROP']) {
      assert.equal(
        Math.round(
          sum(
            numbers(
              rows.filter((row) => row.phase === phase),
              'share',
            ),
          ),
        ),
        100,
        phase,
      );
    }
    const [hit, miss] = rows.filter((row) => row.phase === 'DROP_LIVE');
    assert.deepEqual([hit?.session, miss?.session], ['in Redis', 'from Postgres']);
    assert.ok(number(miss, 'p50_ms') > number(hit, 'p50_ms') + 20);
    const live = "SpanAttributes['snkrs.phase'] = 'DROP_LIVE'";
    assert.equal(miss?.requests, await spans(sql, `${live} AND SpanAttributes['snkrs.cache.hit'] = 'false'`));
    const timeouts = await spans(sql, `${live} AND SpanName = 'pool.acquire' AND StatusCode = 'Error'`);
    assert.equal(miss?.failed, Math.round((1000 * timeouts) / number(miss, 'requests')) / 10);
    assert.deepEqual([hit?.waited, hit?.failed], [0, 0]);
    assert.ok(number(miss, 'waited') >= number(miss, 'failed'));
  },
};
