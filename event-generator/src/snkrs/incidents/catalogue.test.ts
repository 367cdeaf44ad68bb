import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createRandom } from '../../simulation/random.ts';
import { catalogue, planIncident, UnknownIncidentError } from './catalogue.ts';
import { incidentSchema } from './incident.ts';

const PLAN = { at: 1_000, hidden: false, slices: 1 };

suite('the catalogue of incidents', () => {
  test('holds entries that can be read, the easy ones first', () => {
    const difficulties = catalogue().map(({ difficulty }) => difficulty);
    assert.ok(difficulties.length > 0);
    assert.deepEqual(difficulties, difficulties.toSorted());
  });

  test('an occurrence is decided by its random stream alone: id, length, page', () => {
    const plan = (seed: string) =>
      planIncident('stripe-brownout', { ...PLAN, seconds: 'drawn', random: createRandom(seed) });
    assert.deepEqual(plan('1'), plan('1'));
    assert.notEqual(plan('1').id, plan('2').id);
    assert.match(plan('1').id, /^inc-[0-9a-f]{16}$/);
    const { kind, startsAt, endsAt, cause, page } = plan('1');
    assert.deepEqual(
      [kind, startsAt, cause],
      ['stripe-brownout', 1_000, { service: 'payment-service', operation: 'stripe.charge' }],
    );
    assert.ok(endsAt >= 1_000 + 81_000 && endsAt <= 1_000 + 84_000);
    assert.match(page, /^(Checkout hangs|CheckoutErrorRatio): /);
  });

  test('lasts for so many seconds, or until it is stopped', () => {
    const random = createRandom('1');
    assert.equal(planIncident('stripe-brownout', { ...PLAN, seconds: 2.5, random }).endsAt, 3_500);
    assert.equal(planIncident('stripe-brownout', { ...PLAN, random }).endsAt, Number.POSITIVE_INFINITY);
  });

  test('random is one of the wanted difficulty', () => {
    for (const seed of ['1', '2', '3', '4', '5'])
      assert.equal(planIncident('random', { ...PLAN, difficulty: 1, random: createRandom(seed) }).difficulty, 1);
  });

  test('what there is not is said, with what there is', () => {
    assert.throws(
      () => planIncident('stripe', { ...PLAN, random: createRandom('1') }),
      (error) =>
        error instanceof UnknownIncidentError &&
        /^"stripe": no such incident; expected .*\bstripe-brownout\b.* or random\.$/.test(error.message),
    );
  });

  test('no build and no number in a log is always the same, by which its kind would be known', () => {
    for (const { kind, events } of catalogue())
      for (const { body } of events) assert.doesNotMatch(body, /(build|gbm-|process|Offset) ?\d/, kind);
  });

  test('a cause must be in the telemetry', () => {
    const [entry] = catalogue();
    const cause = { ...entry?.cause, operation: 'stripe.charges' };
    assert.match(
      incidentSchema.safeParse({ ...entry, cause }).error?.issues[0]?.message ?? '',
      /the name of one of its spans/,
    );
  });
});
