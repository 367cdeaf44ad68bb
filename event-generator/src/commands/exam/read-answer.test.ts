import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readAnswer } from './read-answer.ts';

const NOW = Date.parse('2026-06-01T10:15:00Z');

suite('an answer in flags', () => {
  test('has candidates with their operations, limits, instants and a reason', () => {
    const words =
      '--service Payment-Service --operation stripe.charge --service order-service --from 5m --to 10:14 --scope region=eu-west-1,users=0.2 --why slow';
    assert.deepEqual(readAnswer(words.split(' '), NOW), {
      candidates: [{ service: 'payment-service', operation: 'stripe.charge' }, { service: 'order-service' }],
      from: '2026-06-01T10:10:00.000Z',
      to: '2026-06-01T10:14:00.000Z',
      scope: { region: 'eu-west-1', users: '0.2' },
      why: 'slow',
    });
  });

  const wrong = {
    '--operation stripe.charge': /^answer --operation stripe\.charge: expected answer --service NAME/,
    '--service': /^answer --service: expected answer --service NAME/,
    '--from 5m': /^answer --from 5m: expected answer --service NAME/,
    '--service payment-service --since 5m': /expected answer --service NAME/,
    '--service payment': /^"payment": no such service; expected api-gateway, /,
    '--service payment-service --from soon': /^"soon": expected a time of UTC such as 14:05/,
    '--service payment-service --scope eu-west-1': /^"eu-west-1": expected NAME=VALUE, NAME one of region, /,
    '--service payment-service --scope zone=a': /^"zone=a": expected NAME=VALUE/,
  };
  for (const [words, message] of Object.entries(wrong)) {
    test(`${words}: is told what was expected`, () => {
      assert.throws(() => readAnswer(words.split(' '), NOW), { name: 'UsageError', message });
    });
  }
});
