import { type Context, type Link, ROOT_CONTEXT, type Span, SpanKind } from '@opentelemetry/api';
import { toHrTime } from '../../telemetry/time.ts';
import { Failure } from '../failures.ts';
import type { Change } from '../incidents/overlay.ts';
import type { OperationName } from '../operations/table.ts';
import type { CompiledError, CompiledOperation } from './compiled-operation.ts';
import { endCall, endOperation } from './ending.ts';
import type { Instance } from './instance.ts';
import { type Cause, Scope } from './scope.ts';
import { holdBackend } from './waiting.ts';

/** What happens inside an operation, after its own time has passed. */
export type Work<T> = (inside: Scope) => T | Promise<T>;

/**
 * Runs one row of the operation table inside `caller`: its span, its wait for a slot of its backend, its own time, its
 * share of failures, and then `work`. An operation of another service runs on one of that service's instances, with a
 * CLIENT span here and a SERVER span there. Throws the Failure it or anything inside it ended in.
 */
export function perform(caller: Scope, name: OperationName): Promise<void>;
export function perform<T>(caller: Scope, name: OperationName, work: Work<T>): Promise<T>;
export function perform<T>(caller: Scope, name: OperationName, work?: Work<T>): Promise<T | undefined> {
  const { cause, instance } = caller;
  const operation = cause.platform.operation(name);
  if (operation.row.client === undefined) return run(cause, instance, operation, work, caller.context);
  return call(caller, operation, work);
}

/** Starts a trace with an operation on `instance`: a request from outside, or a batch of messages `links` stand for. */
export function begin<T>(cause: Cause, instance: Instance, name: OperationName, work: Work<T>, links?: Link[]) {
  return run(cause, instance, cause.platform.operation(name), work, undefined, links) as Promise<T>;
}

async function call<T>(caller: Scope, operation: CompiledOperation, work: Work<T> | undefined) {
  const { cause, instance } = caller;
  const { row } = operation;
  const span = startSpan(cause, instance, row.client?.span ?? row.span, SpanKind.CLIENT, caller.context);
  const client = new Scope(cause, instance, span);
  client.setAll(operation.clientAttributes(cause.tags));
  const server = cause.platform.instances.pick(row.service, cause.random, cause.region);
  let failure: unknown;
  try {
    return await run(cause, server, operation, work, client.context);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    endCall(client, operation, failure);
  }
}

async function run<T>(
  cause: Cause,
  instance: Instance,
  operation: CompiledOperation,
  work: Work<T> | undefined,
  parent: Context | undefined,
  links?: Link[],
): Promise<T | undefined> {
  const { clock, overlay } = cause.platform;
  const started = clock.now();
  const span = startSpan(cause, instance, operation.row.span, operation.row.kind, parent, links);
  const scope = new Scope(cause, instance, span);
  scope.setAll(operation.attributes(cause.tags));
  let failure: unknown;
  try {
    // What does not wait is not worth a turn of the promise queue, here and below.
    const free = holdBackend(scope, operation.row.backend);
    const backend = free instanceof Promise ? await free : free;
    const change = overlay.isIdle ? undefined : overlay.changeOf(operation, instance, cause);
    const error = drawError(cause, operation, change);
    const took = (error ?? operation).latency(cause.random) * backend.stretch();
    await clock.sleep(change === undefined ? took : changed(took, error, change));
    backend.release();
    if (error) throw new Failure(error.failure);
    const result = work?.(scope);
    return result instanceof Promise ? await result : result;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    endOperation(scope, operation, started, failure);
  }
}

function drawError(cause: Cause, { errors: own }: CompiledOperation, change: Change | undefined) {
  const errors = change === undefined || change.errors.length === 0 ? own : [...change.errors, ...own];
  if (errors.length === 0) return undefined;
  let luck = cause.random.next();
  return errors.find((error) => {
    luck -= error.odds;
    return luck < 0;
  });
}

/** The time of a run that is different. A failure that comes with the change takes what is said there of it. */
function changed(took: number, error: CompiledError | undefined, { times, plusMs, errors }: Change): number {
  return error?.hasOwnTime && errors.includes(error) ? took : took * times + plusMs;
}

function startSpan(
  cause: Cause,
  instance: Instance,
  name: string,
  kind: SpanKind,
  parent: Context | undefined,
  links?: Link[],
): Span {
  const startTime = toHrTime(cause.platform.clock.now() + instance.skewMs);
  const options = links ? { kind, startTime, links } : { kind, startTime };
  return instance.tracer.startSpan(name, options, parent ?? ROOT_CONTEXT);
}
