import { SpanKind } from '@opentelemetry/api';
import { ATTR_DB_CLIENT_CONNECTION_POOL_NAME } from '@opentelemetry/semantic-conventions/incubating';
import type { Backend } from '../../simulation/backend.ts';
import { logNormal } from '../../simulation/distributions.ts';
import { toHrTime } from '../../telemetry/time.ts';
import { BACKENDS, type BackendName, type BackendRow } from '../backends.ts';
import { Failure } from '../failures.ts';
import { recordFailure } from './ending.ts';
import { Scope } from './scope.ts';

/**
 * Takes a slot of a backend for the operation in `scope`. Where all are in use, the wait is a span of its own under the
 * operation's. Throws the backend's rejection when the wait was too long or the line full.
 */
export function holdBackend(scope: Scope, name: BackendName): Backend | Promise<Backend> {
  const backend = scope.instance.backends.get(name);
  if (backend === undefined) throw new RangeError(`${scope.instance.service} has no backend ${name}`);
  if (backend.tryAcquire()) return backend;
  return backend.waiting < backend.spec.queue ? waitInLine(scope, name, backend) : refuse(scope, name);
}

async function waitInLine(scope: Scope, name: BackendName, backend: Backend): Promise<Backend> {
  const waiting = startWait(scope, name, backend);
  const admission = await backend.acquire();
  const failure = admission === 'granted' ? undefined : new Failure(BACKENDS[name].rejection);
  if (failure) recordFailure(waiting, failure);
  waiting.span.end(waiting.now());
  if (failure) throw failure;
  return backend;
}

function startWait({ cause, instance, context }: Scope, name: BackendName, backend: Backend): Scope {
  const startTime = toHrTime(cause.platform.clock.now() + instance.skewMs);
  const span = instance.tracer.startSpan('pool.acquire', { kind: SpanKind.INTERNAL, startTime }, context);
  const waiting = new Scope(cause, instance, span);
  waiting.setAll(cause.tags);
  const row: BackendRow = BACKENDS[name];
  if (row.connectionPool) waiting.set(ATTR_DB_CLIENT_CONNECTION_POOL_NAME, name);
  waiting.set('snkrs.pool.name', name);
  waiting.set('snkrs.pool.capacity', backend.spec.capacity);
  waiting.set('snkrs.pool.waiting', backend.waiting);
  return waiting;
}

/** A full line says no without a wait; where that takes a round trip, it takes its time. */
async function refuse({ cause }: Scope, name: BackendName): Promise<never> {
  const row: BackendRow = BACKENDS[name];
  if (row.refusal) await cause.platform.clock.sleep(logNormal(row.refusal)(cause.random));
  throw new Failure(row.rejection);
}
