import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_RPC_STATUS_CODE,
} from '@opentelemetry/semantic-conventions';
import { Failure, type FailureKind } from '../failures.ts';
import { RPC } from '../operations/rpc-status.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import { logFailure } from './log.ts';
import type { Scope } from './scope.ts';
import { stackOf } from './stack.ts';

/** Ends an operation's span, with what its protocol says of the outcome, and counts it. */
export function endOperation(scope: Scope, operation: CompiledOperation, started: number, error: unknown): void {
  const { row } = operation;
  const now = scope.cause.platform.clock.now();
  const kind = error instanceof Failure ? error.kind : undefined;
  setStatusCode(scope, operation, kind);
  if (error instanceof Failure) {
    logFailure(scope, row.span, error);
    if (isServersFault(operation, error.kind)) recordFailure(scope, error);
  } else if (error !== undefined) {
    scope.span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
  }
  const { instruments } = scope.instance;
  if (row.measured) instruments.durations[row.measured.as].record((now - started) / 1000, operation.measuredBy(kind));
  if (row.kind === SpanKind.SERVER || row.kind === SpanKind.CONSUMER) {
    instruments.requests.count(operation.countedBy(undefined));
    if (kind) instruments.errors.count(operation.countedBy(kind));
  }
  scope.span.end(scope.now());
}

/** Ends the caller's side of a call. */
export function endCall(client: Scope, operation: CompiledOperation, error: unknown): void {
  setStatusCode(client, operation, error instanceof Failure ? error.kind : undefined);
  if (error instanceof Failure) recordFailure(client, error);
  client.span.end(client.now());
}

/** Marks a span as failed: status, `error.type` and the exception event. */
export function recordFailure(scope: Scope, failure: Failure): void {
  const { span, instance } = scope;
  scope.set(ATTR_ERROR_TYPE, failure.kind.type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  const exception = { name: failure.name, message: failure.message, stack: stackOf(instance.service, failure) };
  span.recordException(exception, scope.now());
}

function setStatusCode(scope: Scope, operation: CompiledOperation, failure: FailureKind | undefined): void {
  const protocol = operation.row.measured?.as;
  if (protocol === 'http') scope.set(ATTR_HTTP_RESPONSE_STATUS_CODE, failure?.http ?? 200);
  else if (protocol === 'rpc') scope.set(ATTR_RPC_STATUS_CODE, failure?.rpc ?? 'OK');
  else if (operation.asksHttp) setAnswer(scope, failure);
}

/** A failed call has a status code if there was an answer: the conventions then make it the error's type. */
function setAnswer(scope: Scope, failure: FailureKind | undefined): void {
  const code = failure === undefined ? 200 : Number(failure.type);
  if (Number.isInteger(code)) scope.set(ATTR_HTTP_RESPONSE_STATUS_CODE, code);
}

/** A server's span is an error only where the server is at fault; every other span is, whatever the failure. */
function isServersFault({ row }: CompiledOperation, failure: FailureKind): boolean {
  if (row.kind !== SpanKind.SERVER) return true;
  return row.measured?.as === 'http' ? failure.http >= 500 : RPC[failure.rpc].serverError;
}
