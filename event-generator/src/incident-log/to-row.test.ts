import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Occurrence } from '../snkrs/incidents/occurrence.ts';
import { servicesOf } from '../snkrs/services.ts';
import { toRow } from './to-row.ts';

const OCCURRENCE: Occurrence = {
  id: 'inc-1',
  kind: 'pool-leak',
  difficulty: 3,
  hidden: false,
  startsAt: Date.UTC(2026, 5, 1, 10, 0, 1),
  endsAt: Number.POSITIVE_INFINITY,
  scope: {},
  cause: { service: 'payment-service', operation: 'process_payment' },
  page: 'Refunds are up.',
  seed: '1',
  parameters: { share: 0.5 },
};

suite('a row of otel.incidents', () => {
  test('has instants in full, 2100 for an open end, and parameters as JSON', () => {
    assert.deepEqual(toRow(OCCURRENCE, 'run-1', Date.UTC(2026, 5, 1, 10, 0, 2)), {
      Id: 'inc-1',
      RunId: 'run-1',
      Kind: 'pool-leak',
      Difficulty: 3,
      Hidden: false,
      RootService: 'payment-service',
      RootOperation: 'process_payment',
      Scope: {},
      StartedAt: '2026-06-01T10:00:01.000Z',
      EndedAt: '2100-01-01T00:00:00.000Z',
      Page: 'Refunds are up.',
      Parameters: '{"share":0.5}',
      WrittenAt: '2026-06-01T10:00:02.000Z',
    });
  });

  test('names the instance as the telemetry of its slice does, and the other limits', () => {
    const scope = {
      service: 'payment-service',
      instance: 2,
      slice: 1,
      region: 'eu-west-1',
      version: '6.0.2',
      users: 0.25,
    };
    const payment = servicesOf({ index: 1, count: 4 }).find(({ name }) => name === 'payment-service');
    const instance = payment?.instances[2]?.id;
    assert.match(instance ?? '', /^payment-service-/);
    const row = toRow({ ...OCCURRENCE, scope }, 'run-1', 0);
    assert.deepEqual(row.Scope, { instance, version: '6.0.2', region: 'eu-west-1', users: '0.25' });
  });
});
