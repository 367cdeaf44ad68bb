import type { RPC } from './operations/rpc-status.ts';

/** A way in which an operation ends badly. */
export interface FailureKind {
  /** `error.type`: low cardinality. */
  readonly type: string;
  /** `exception.type`: the class a service would throw. */
  readonly exception: string;
  /** `exception.message` and the span's status message. */
  readonly message: string;
  /** What the gateway answers, and what a service answers its caller. */
  readonly http: number;
  readonly rpc: keyof typeof RPC;
  /** Whose fault: a rejected shopper is a warning, a broken platform an error. */
  readonly severity: 'WARN' | 'ERROR';
}

/** Every failure of the platform, a row each. */
const FAILURES = {
  sold_out: {
    type: 'sold_out',
    exception: 'SoldOutError',
    message: 'No pair of this size is left',
    http: 410,
    rpc: 'FAILED_PRECONDITION',
    severity: 'WARN',
  },
  account_flagged: {
    type: 'account_flagged',
    exception: 'AccountFlaggedError',
    message: 'Account flagged as a bot by its standing check',
    http: 403,
    rpc: 'PERMISSION_DENIED',
    severity: 'WARN',
  },
  duplicate_entry: {
    type: 'duplicate_entry',
    exception: 'DuplicateEntryError',
    message: 'This shopper has already entered this draw',
    http: 409,
    rpc: 'ALREADY_EXISTS',
    severity: 'WARN',
  },
  draw_closed: {
    type: 'draw_closed',
    exception: 'EntryWindowClosedError',
    message: 'The draw takes no entries any more',
    http: 409,
    rpc: 'FAILED_PRECONDITION',
    severity: 'WARN',
  },
  reservation_expired: {
    type: 'reservation_expired',
    exception: 'ReservationExpiredError',
    message: 'The pair was held for too long and is back on the shelf',
    http: 409,
    rpc: 'FAILED_PRECONDITION',
    severity: 'WARN',
  },
  payment_method_rejected: {
    type: 'payment_method_rejected',
    exception: 'PaymentMethodRejectedError',
    message: 'The payment method is not accepted: expired or of an unsupported network',
    http: 402,
    rpc: 'FAILED_PRECONDITION',
    severity: 'WARN',
  },
  fraud_score_high: {
    type: 'fraud_score_high',
    exception: 'FraudHoldError',
    message: 'Fraud score above 85 of 100: payment held',
    http: 402,
    rpc: 'FAILED_PRECONDITION',
    severity: 'WARN',
  },
  pool_timeout: {
    type: 'pool_timeout',
    exception: 'PoolTimeoutError',
    message: 'Timed out waiting for a connection from the pool',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  overloaded: {
    type: 'overloaded',
    exception: 'ServiceOverloadedError',
    message: 'No worker thread became free in time',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  dynamodb_throttled: {
    type: 'ProvisionedThroughputExceededException',
    exception: 'ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  stripe_timeout: {
    type: 'timeout',
    exception: 'StripeConnectionError',
    message: 'Request to Stripe timed out',
    http: 504,
    rpc: 'DEADLINE_EXCEEDED',
    severity: 'ERROR',
  },
  stripe_rate_limited: {
    type: '429',
    exception: 'StripeRateLimitError',
    message: 'Too many requests in parallel: Stripe answered 429',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  push_undelivered: {
    type: '410',
    exception: 'ApnsDeliveryError',
    message: 'APNS answered 410: the device token is no longer active',
    http: 500,
    rpc: 'INTERNAL',
    severity: 'ERROR',
  },
  dns_failure: {
    type: 'EAI_AGAIN',
    exception: 'DnsLookupError',
    message: 'getaddrinfo EAI_AGAIN: the name of the host could not be resolved',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  connection_reset: {
    type: 'ECONNRESET',
    exception: 'ConnectionResetError',
    message: 'The connection was reset by the other side',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  deadline_exceeded: {
    type: 'deadline_exceeded',
    exception: 'DeadlineExceededError',
    message: 'No answer came before the deadline',
    http: 504,
    rpc: 'DEADLINE_EXCEEDED',
    severity: 'ERROR',
  },
  upstream_unavailable: {
    type: '503',
    exception: 'UpstreamUnavailableError',
    message: 'The other side answered 503',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  lock_timeout: {
    type: '55P03',
    exception: 'LockNotAvailableError',
    message: 'canceling statement due to lock timeout',
    http: 503,
    rpc: 'UNAVAILABLE',
    severity: 'ERROR',
  },
  message_unreadable: {
    type: 'message_unreadable',
    exception: 'MessageFormatError',
    message: 'The message does not match the schema of its topic',
    http: 500,
    rpc: 'INTERNAL',
    severity: 'ERROR',
  },
  token_not_yet_valid: {
    type: 'token_not_yet_valid',
    exception: 'TokenNotYetValidError',
    message: 'The token is not valid yet: it was issued in the future',
    http: 401,
    rpc: 'UNAUTHENTICATED',
    severity: 'WARN',
  },
  unhandled: {
    type: 'TypeError',
    exception: 'TypeError',
    message: "Cannot read properties of undefined (reading 'id')",
    http: 500,
    rpc: 'INTERNAL',
    severity: 'ERROR',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureName = keyof typeof FAILURES;

// Object.keys forgets the keys of its object.
export const FAILURE_NAMES = Object.keys(FAILURES) as FailureName[];

/** An operation's bad end, thrown through the operations it is part of up to the one that can live with it. */
export class Failure extends Error {
  readonly kind: FailureKind;

  constructor(name: FailureName) {
    // Where it was thrown says nothing of the simulated service, and finding out takes 25 us.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(FAILURES[name].message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = FAILURES[name].exception;
    this.kind = FAILURES[name];
  }

  is(name: FailureName): boolean {
    return this.kind === FAILURES[name];
  }
}
