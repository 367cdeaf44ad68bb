import { type Attributes, type MetricAttributes, SpanKind } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_RPC_STATUS_CODE,
} from '@opentelemetry/semantic-conventions';
import { logNormal } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import type { FailureKind, FailureName } from '../failures.ts';
import type { ErrorOdds, Operation } from '../operations/operation.ts';

/** A row of the operation table, made ready to run thousands of times a second. */
export interface CompiledOperation {
  readonly row: Operation;
  /** What its span, and its caller's, has from the start: a cause's tags, then its own. */
  attributes(tags: Readonly<Attributes>): Attributes;
  clientAttributes(tags: Readonly<Attributes>): Attributes;
  /** Whether it is a request over HTTP to somebody else. */
  readonly asksHttp: boolean;
  /** Draws its own time in milliseconds. */
  readonly latency: (random: Random) => number;
  readonly errors: readonly CompiledError[];
  /** The attributes of its duration, and of the request counters, for an outcome: undefined where all went well. */
  measuredBy(failure: FailureKind | undefined): MetricAttributes;
  countedBy(failure: FailureKind | undefined): MetricAttributes;
}

export interface CompiledError {
  readonly failure: FailureName;
  readonly odds: number;
  /** Draws the time it takes to fail. */
  readonly latency: (random: Random) => number;
  /** Whether that time is the failure's own, not the operation's. */
  readonly hasOwnTime: boolean;
}

/** Precomputes what every run of `row` needs. */
export function compileOperation(row: Operation): CompiledOperation {
  const latency = logNormal(row.latency);
  return {
    row,
    attributes: behindTags(row.attributes),
    clientAttributes: behindTags(row.client?.attributes ?? {}),
    asksHttp: row.kind === SpanKind.CLIENT && ATTR_HTTP_REQUEST_METHOD in row.attributes,
    latency,
    errors: (row.errors ?? []).map((error) => compileError(error, latency)),
    measuredBy: byOutcome((failure) => ({ ...row.measured?.by, ...status(row, failure) })),
    countedBy: byOutcome((failure) => ({
      'snkrs.operation': row.span,
      ...(failure ? { [ATTR_ERROR_TYPE]: failure.type } : {}),
    })),
  };
}

/** A failure of an operation that takes `latency` of itself. */
export function compileError(row: ErrorOdds, latency: CompiledOperation['latency']): CompiledError {
  return {
    failure: row.failure,
    odds: row.odds,
    latency: row.latency ? logNormal(row.latency) : latency,
    hasOwnTime: row.latency !== undefined,
  };
}

/** The attributes in which an operation's protocol says how it ended. */
function status(row: Operation, failure: FailureKind | undefined): MetricAttributes {
  const error = failure ? { [ATTR_ERROR_TYPE]: failure.type } : {};
  if (row.measured?.as === 'http') return { ...error, [ATTR_HTTP_RESPONSE_STATUS_CODE]: failure?.http ?? 200 };
  if (row.measured?.as === 'rpc') return { ...error, [ATTR_RPC_STATUS_CODE]: failure?.rpc ?? 'OK' };
  return error;
}

/** Attributes made once for each outcome: most spans end well, and share theirs. */
function byOutcome(make: (failure: FailureKind | undefined) => MetricAttributes) {
  const success = make(undefined);
  const failures = new Map<FailureKind, MetricAttributes>();
  return (failure: FailureKind | undefined) => {
    if (failure === undefined) return success;
    const attributes = failures.get(failure) ?? make(failure);
    failures.set(failure, attributes);
    return attributes;
  };
}

/** Attributes put together once for the tags that are in use: those of the present drop and phase. */
function behindTags(attributes: Operation['attributes']) {
  let latest: { readonly tags: Readonly<Attributes>; readonly together: Attributes } | undefined;
  return (tags: Readonly<Attributes>) => {
    if (latest?.tags !== tags) latest = { tags, together: { ...tags, ...attributes } };
    return latest.together;
  };
}
