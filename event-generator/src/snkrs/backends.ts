import type { BackendSpec } from '../simulation/backend.ts';
import type { LogNormal } from '../simulation/distributions.ts';
import { type Slice, sliceOf } from '../simulation/slice.ts';
import type { FailureName } from './failures.ts';

/** Something of finite capacity that operations hold a slot of while they work. */
export interface BackendRow extends BackendSpec {
  /** One for all, or one for each instance of each service that uses it. */
  readonly scope: 'shared' | 'instance';
  /** What a call ends in that waited too long or found the line full. */
  readonly rejection: FailureName;
  /** How long it takes to say no where the line is full: at once, where none is given. */
  readonly refusal?: LogNormal;
  /** Whether it is a pool of database connections, with the metrics the conventions have for one. */
  readonly connectionPool?: true;
}

const NO_LIMIT = Number.POSITIVE_INFINITY;

/** Every backend, a row each: slots, line, patience in milliseconds, and how far a full one slows down. */
export const BACKENDS = {
  // A request in a service waits for others most of the time, but what it computes shares the pod's processor.
  threads: { scope: 'instance', capacity: 64, queue: 256, timeout: 1000, slowdown: 4, rejection: 'overloaded' },
  cpu: { scope: 'instance', capacity: 32, queue: 256, timeout: 1000, slowdown: 22, rejection: 'overloaded' },
  'redis-sessions': pool({ scope: 'shared', capacity: 96, queue: 400, timeout: 500, slowdown: 7 }),
  'redis-catalog': pool({ scope: 'shared', capacity: 48, queue: 400, timeout: 500, slowdown: 7 }),
  'redis-stock': pool({ scope: 'shared', capacity: 48, queue: 400, timeout: 500, slowdown: 7 }),
  'postgres-users': pool({ scope: 'instance', capacity: 2, queue: 32, timeout: 25, slowdown: 0.5 }),
  'postgres-feed': pool({ scope: 'instance', capacity: 10, queue: 32, timeout: 1000, slowdown: 0.5 }),
  'postgres-inventory': pool({ scope: 'instance', capacity: 10, queue: 64, timeout: 1000, slowdown: 0.5 }),
  'postgres-payments': pool({ scope: 'instance', capacity: 10, queue: 64, timeout: 1000, slowdown: 0.5 }),
  'postgres-orders': pool({ scope: 'instance', capacity: 10, queue: 64, timeout: 1000, slowdown: 0.5 }),
  'dynamodb-draws': {
    scope: 'shared',
    capacity: 6,
    queue: 0,
    timeout: 0,
    slowdown: 1,
    rejection: 'dynamodb_throttled',
    refusal: { p50: 5, p99: 14 },
  },
  'dynamodb-results': {
    scope: 'shared',
    capacity: 32,
    queue: NO_LIMIT,
    timeout: 30_000,
    slowdown: 1,
    rejection: 'dynamodb_throttled',
  },
  kafka: { scope: 'shared', capacity: 64, queue: NO_LIMIT, timeout: 30_000, slowdown: 2, rejection: 'overloaded' },
  cdn: { scope: 'shared', capacity: 256, queue: NO_LIMIT, timeout: 5000, slowdown: 2, rejection: 'overloaded' },
  stripe: {
    scope: 'shared',
    capacity: 25,
    queue: 25,
    timeout: 500,
    slowdown: 0.4,
    rejection: 'stripe_rate_limited',
    refusal: { p50: 60, p99: 110 },
  },
  'stripe-refunds': {
    scope: 'shared',
    capacity: 10,
    queue: NO_LIMIT,
    timeout: 30_000,
    slowdown: 1,
    rejection: 'stripe_rate_limited',
  },
  apns: { scope: 'shared', capacity: 64, queue: NO_LIMIT, timeout: 5000, slowdown: 1, rejection: 'push_undelivered' },
  ses: { scope: 'shared', capacity: 64, queue: NO_LIMIT, timeout: 5000, slowdown: 1, rejection: 'overloaded' },
} as const satisfies Record<string, BackendRow>;

export type BackendName = keyof typeof BACKENDS;

/** A slice's part of a backend: of its slots, at least one, and of its line. Over all slices it can take what the whole one can. */
export function sliceOfBackend(row: BackendRow, slice: Slice): BackendRow {
  return {
    ...row,
    capacity: Math.max(1, sliceOf(row.capacity, slice)),
    queue: row.queue === NO_LIMIT ? NO_LIMIT : sliceOf(row.queue, slice),
  };
}

function pool(spec: Omit<BackendRow, 'rejection' | 'connectionPool'>): BackendRow {
  return { ...spec, rejection: 'pool_timeout', connectionPool: true };
}
