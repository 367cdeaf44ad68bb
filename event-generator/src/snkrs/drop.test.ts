import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { millis, type RecordedSpan } from './testing/recorded-telemetry.ts';
import { type Simulated, simulate } from './testing/simulate.ts';

/**
 * What the original platform emits in one cycle, measured: spans, and their median and 99th percentile in
 * milliseconds, by service and span name. The service of a name is where the original only says it in the name.
 */
const MEASURED = [
  ['api-gateway', 'POST /v1/draw/enter', 7138, 226, 450],
  ['api-gateway', 'POST /v1/checkout', 4497, 187, 745],
  ['api-gateway', 'GET /v1/products/{id}', 1363, 78, 232],
  ['api-gateway', 'GET /v1/account/profile', 196, 34, 79],
  ['api-gateway', 'GET /v1/feed', 133, 37, 55],
  ['auth-service', 'validate_request', 13194, 59, 232],
  ['auth-service', 'redis.get session', 13194, 13, 163],
  ['auth-service', 'verify_jwt', 13194, 21, 100],
  ['auth-service', 'check_account_standing', 13194, 8, 70],
  ['auth-service', 'postgres.query users', 4176, 68, 159],
  ['product-service', 'get_product', 7920, 67, 186],
  ['product-service', 'cdn.get images', 7920, 14, 81],
  ['product-service', 'redis.get product_cache', 7920, 8, 70],
  ['inventory-service', 'get_stock', 7920, 40, 109],
  ['draw-service', 'enter_draw', 6558, 77, 223],
  ['draw-service', 'validate_entry_window', 6558, 11, 79],
  ['draw-service', 'redis.get entry_dedup', 6558, 9, 69],
  ['draw-service', 'kafka.produce draw_entries', 6371, 21, 93],
  ['draw-service', 'dynamodb.put draw_entries', 6371, 27, 101],
  ['inventory-service', 'reserve_pair', 4113, 27, 118],
  ['inventory-service', 'redis.decr stock', 4113, 16, 96],
  ['inventory-service', 'postgres.update inventory', 552, 28, 70],
  ['notification-service', 'send_loss_notification', 3561, 71, 168],
  ['payment-service', 'process_payment', 552, 314, 489],
  ['payment-service', 'validate_payment_method', 552, 13, 47],
  ['payment-service', 'fraud.score_check', 544, 89, 145],
  ['payment-service', 'stripe.charge', 447, 212, 348],
  ['payment-service', 'postgres.insert transactions', 416, 19, 71],
  ['order-service', 'create_order', 416, 183, 272],
  ['order-service', 'postgres.insert orders', 416, 25, 71],
  ['order-service', 'kafka.produce order_created', 416, 13, 52],
  ['notification-service', 'send_confirmation', 416, 140, 207],
  ['notification-service', 'apns.push', 416, 54, 97],
  ['notification-service', 'ses.send_email', 416, 85, 138],
] as const;

describe('a default cycle', () => {
  let cycle: Simulated;
  before(async () => {
    cycle = await simulate();
  });

  const named = (service: string, name: string) =>
    cycle.telemetry.spans.filter((recorded) => recorded.service === service && recorded.span.name === name);
  const live = (service: string, name: string) => named(service, name).filter(isLive);
  const share = (part: number, whole: number) => (100 * part) / whole;

  test('changes phase and pool size at the exact times', () => {
    assert.deepEqual(
      cycle.phases.map(({ phase, at, workers }) => [phase, at, workers]),
      [
        ['PRE_DROP', 0, 5],
        ['DROP_LIVE', 60_000, 40],
        ['POST_DROP', 150_000, 8],
      ],
    );
    assert.ok(cycle.endedAt >= 210_000 && cycle.endedAt < 215_000, `ended at ${cycle.endedAt} ms`);
  });

  test('emits at least the load of the original in each phase', () => {
    const rate = (phase: 'PRE_DROP' | 'DROP_LIVE' | 'POST_DROP', seconds: number) => {
      const spans = cycle.spansOf(phase);
      const traces = spans.filter(({ span }) => span.parentSpanContext === undefined).length;
      return { spans: spans.length / seconds, traces: traces / seconds };
    };
    const [pre, drop, post] = [rate('PRE_DROP', 60), rate('DROP_LIVE', 90), rate('POST_DROP', 60)];
    within('DROP_LIVE spans/s', drop.spans, 1_800, 2_400);
    within('DROP_LIVE traces/s', drop.traces, 130, 170);
    within('PRE_DROP traces/s', pre.traces, 3.2, 4.8);
    within('POST_DROP traces/s', post.traces, 3.2, 5.2);
    within('PRE_DROP spans/s', pre.spans, 20, 48);
    within('POST_DROP spans/s', post.spans, 20, 48);
  });

  for (const [service, name, count, p50, p99] of MEASURED) {
    test(`${service}: ${name} comes as often and takes as long as measured`, () => {
      const durations = named(service, name)
        .map(({ span }) => millis(span.duration))
        .sort((a, b) => a - b);
      within('spans', durations.length, count * 0.5, count * 2);
      within('p50', quantile(durations, 0.5), p50 * 0.75, p50 * 1.27);
      within('p99', quantile(durations, 0.99), p99 * 0.5, p99 * 2);
    });
  }

  test('fails as often as the original, and for the same reasons', () => {
    const failed = (spans: RecordedSpan[], type: string) =>
      spans.filter(({ span }) => span.attributes['error.type'] === type).length;
    const sessions = live('auth-service', 'redis.get session');
    const misses = sessions.filter(({ span }) => span.attributes['snkrs.cache.hit'] === false).length;
    within('session misses when live, %', share(misses, sessions.length), 31, 39);
    const quiet = named('auth-service', 'redis.get session').filter((recorded) => !isLive(recorded));
    const quietMisses = quiet.filter(({ span }) => span.attributes['snkrs.cache.hit'] === false).length;
    within('session misses otherwise, %', share(quietMisses, quiet.length), 2, 9);

    const checks = live('auth-service', 'check_account_standing');
    const flagged = checks.filter(({ span }) => span.attributes['snkrs.account.standing'] === 'flagged').length;
    within('accounts flagged, %', share(flagged, checks.length), 6, 10);
    const entries = live('api-gateway', 'snkrs.v1.DrawService/EnterDraw');
    within('duplicate entries, %', share(failed(entries, 'duplicate_entry'), entries.length), 1.5, 4.5);
    const users = live('auth-service', 'postgres.query users');
    within("users' pool exhausted, %", share(failed(users, 'pool_timeout'), users.length), 3.5, 9);
    const puts = live('draw-service', 'dynamodb.put draw_entries');
    within(
      'DynamoDB throttled, %',
      share(failed(puts, 'ProvisionedThroughputExceededException'), puts.length),
      0.5,
      2.5,
    );
    const methods = live('payment-service', 'validate_payment_method');
    within('methods rejected, %', share(failed(methods, 'payment_method_rejected'), methods.length), 1, 5.5);
    const scores = live('payment-service', 'fraud.score_check');
    within('fraud holds, %', share(failed(scores, 'fraud_score_high'), scores.length), 11, 20);
    const charges = live('payment-service', 'stripe.charge');
    within('stripe timeouts, %', share(failed(charges, 'timeout'), charges.length), 6, 15);
    const pushes = named('notification-service', 'apns.push');
    within('pushes not delivered, %', share(failed(pushes, '410'), pushes.length), 0.5, 4);
  });

  test('sells out: whoever comes later is told so', () => {
    const [summary] = cycle.summaries;
    const stock = cycle.phases[0]?.status.inventory ?? 0;
    within('pairs', stock, 300, 700);
    within('orders', summary?.orders ?? 0, stock * 0.97, stock);
    const answers = named('api-gateway', 'POST /v1/checkout');
    const gone = answers.filter(({ span }) => span.attributes['http.response.status_code'] === 410).length;
    within('checkouts answered 410, %', share(gone, answers.length), 60, 90);
    assert.equal(named('notification-service', 'send_loss_notification').length, gone);
  });

  test('writes logs in the proportions of the original', () => {
    const { logs } = cycle.telemetry;
    const of = (severity: string) => logs.filter(({ record }) => record.severityText === severity).length;
    within('logs', logs.length, 40_000, 60_000);
    within('DEBUG, %', share(of('DEBUG'), logs.length), 35, 55);
    within('INFO, %', share(of('INFO'), logs.length), 35, 55);
    within('WARN and ERROR, %', share(of('WARN') + of('ERROR'), logs.length), 8, 20);
    assert.ok(of('ERROR') > 100);
  });

  test('empties every topic before it ends', () => {
    assert.equal(cycle.summaries[0]?.queueDepth, 0);
    within('queue depth after DROP_LIVE', cycle.phases[2]?.status.queueDepth ?? 0, 300, 900);
  });
});

function isLive({ span }: RecordedSpan): boolean {
  return span.attributes['snkrs.phase'] === 'DROP_LIVE';
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function within(what: string, value: number, min: number, max: number): void {
  assert.ok(value >= min && value <= max, `${what}: ${value.toFixed(2)}, expected ${min} to ${max}`);
}
