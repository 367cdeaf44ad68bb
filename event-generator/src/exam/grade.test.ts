import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Grade, grade } from './grade.ts';
import { type Answer, answerSchema, type Key, keySchema } from './schemas.ts';

const KEY: Key = keySchema.parse({
  id: 'inc-1',
  kind: 'stripe-brownout',
  difficulty: 1,
  service: 'payment-service',
  operation: 'stripe.charge',
  accept: { services: ['fraud-detection'], operations: ['process_payment'] },
  scope: {},
  from: '2026-06-01T10:00:00.000Z',
  to: '2026-06-01T10:02:00.000Z',
  why: 'Stripe answered slowly.',
  keywords: ['stripe'],
});

const WINDOW = { from: '2026-06-01T10:00:00Z', to: '2026-06-01T10:02:00Z' };

function answer(service: string, operation?: string, more: Partial<Answer> = {}): Answer {
  return answerSchema.parse({ page: 'inc-1', candidates: [{ service, operation }], ...WINDOW, ...more });
}

/** To the precision people read. */
function rounded(given: Grade): Grade {
  const round = (value: number) => Math.round(value * 1000) / 1000;
  const { service, operation, scope, window, score } = given;
  return {
    service: round(service),
    operation: round(operation),
    scope: round(scope),
    window: round(window),
    score: round(score),
  };
}

suite('grading', () => {
  test('the whole truth is worth 1, whether the operation goes by its span, its name in the table or its client span', () => {
    const whole = { service: 1, operation: 1, scope: 1, window: 1, score: 1 };
    assert.deepEqual(rounded(grade(KEY, answer('payment-service', 'stripe.charge'))), whole);
    assert.deepEqual(rounded(grade(KEY, answer('Payment-Service ', 'PAYMENT.stripe.charge'))), whole);
    const rpc = { ...KEY, operation: 'process_payment' };
    assert.equal(grade(rpc, answer('payment-service', 'snkrs.v1.PaymentService/ProcessPayment')).operation, 1);
  });

  test('a neighbour that the catalogue accepts is worth half, and so is the scope beside it', () => {
    assert.deepEqual(rounded(grade(KEY, answer('fraud-detection', 'process_payment'))), {
      service: 0.5,
      operation: 0.5,
      scope: 0.5,
      window: 1,
      score: 0.6,
    });
  });

  test('the wrong service leaves the window, even with the right operation and scope', () => {
    assert.deepEqual(rounded(grade(KEY, answer('api-gateway', 'stripe.charge'))), {
      service: 0,
      operation: 0,
      scope: 0,
      window: 1,
      score: 0.2,
    });
  });

  test('each further candidate makes the right one worth less', () => {
    const candidates = [
      { service: 'api-gateway' },
      { service: 'payment-service', operation: 'stripe.charge' },
      { service: 'order-service' },
      { service: 'auth-service' },
    ];
    assert.deepEqual(rounded(grade(KEY, { ...answer('x'), candidates })), {
      service: 0.25,
      operation: 0.25,
      scope: 0.25,
      window: 1,
      score: 0.4,
    });
  });

  test('several operations of one service leave the service whole', () => {
    const candidates = ['stripe.refund', 'stripe.charge'].map((operation) => ({
      service: 'payment-service',
      operation,
    }));
    const { service, operation } = grade(KEY, { ...answer('x'), candidates });
    assert.deepEqual({ service, operation }, { service: 1, operation: 0.5 });
  });

  test('windows count by their overlap over their union', () => {
    const window = (from: string, to: string) =>
      rounded(grade(KEY, answer('x', 'y', { from: `2026-06-01T${from}Z`, to: `2026-06-01T${to}Z` }))).window;
    assert.equal(window('10:01:00', '10:03:00'), 0.333);
    assert.equal(window('10:00:30', '10:01:30'), 0.5);
    assert.equal(window('09:00:00', '11:00:00'), 0.017);
    assert.equal(window('10:02:00', '10:04:00'), 0);
    assert.equal(window('10:02:00', '10:00:00'), 0);
    assert.equal(grade(KEY, { page: 'inc-1', candidates: [{ service: 'x' }] }).window, 0);
    assert.equal(grade(KEY, { page: 'inc-1', candidates: [{ service: 'x' }], from: WINDOW.from }).window, 0);
  });

  test('of trouble that goes on, the time after the answer is not asked for', () => {
    const open = { ...KEY, to: '2100-01-01T00:00:00.000Z' };
    const now = Date.parse('2026-06-01T10:04:00Z');
    const since = (from: string): Answer => ({ page: 'inc-1', candidates: [{ service: 'x' }], from });
    assert.equal(grade(open, since('2026-06-01T10:00:00Z'), now).window, 1);
    assert.equal(grade(open, since('2026-06-01T10:01:00Z'), now).window, 0.75);
    assert.equal(grade(KEY, since('2026-06-01T10:00:00Z'), now).window, 0.5);
  });

  test('a scope counts by the limits both name, and a limit that is none costs as much', () => {
    const scopeOf = (key: Key['scope'], given: Answer['scope']) =>
      rounded(grade({ ...KEY, scope: key }, answer('payment-service', 'stripe.charge', { scope: given }))).scope;
    assert.equal(scopeOf({ region: 'eu-west-1' }, { region: 'EU-West-1' }), 1);
    assert.equal(scopeOf({ region: 'eu-west-1' }, { region: 'us-east-1' }), 0);
    assert.equal(scopeOf({ region: 'eu-west-1' }, {}), 0);
    assert.equal(scopeOf({}, { region: 'eu-west-1' }), 0);
    assert.equal(scopeOf({ region: 'eu-west-1', version: '6.0.3' }, { region: 'eu-west-1' }), 0.5);
    assert.equal(scopeOf({ users: '0.2' }, { users: '25 %' }), 1);
    assert.equal(scopeOf({ users: '0.2' }, { users: '0.8' }), 0.5);
    assert.equal(scopeOf({ users: '0.2' }, { users: 'some' }), 0.5);
  });
});
