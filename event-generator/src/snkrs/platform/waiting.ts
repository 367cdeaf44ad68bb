import { SpanKind } from '@opentelemetry/api';
import { ATTR_DB_CLIENT_CONNECTION_POOL_NAME } from '@opentelemetry/semantic-conventions/incubating';
import type { Backend } from '../../simulation/backend.ts';
import { toHrTime } from '../../telemetry/time.ts';
import { BACKENDS, type BackendName } from '../backends.ts';
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
  return backend.tryAcquire() ? backend : waitInLine(scope, name, backend);
}

async function waitInLine(scope: Scope, name: BackendName, backend: Backend): Promise<Backend> {
  const { clock } = scope.cause.platform;
  const span = scope.instance.tracer.startSpan(
    'pool.acquire',
    { kind: SpanKind.INTERNAL, startTime: toHrTime(clock.now()) },
    scope.context,
  );
  for (const [key, value] of scope.cause.tags) span.setAttribute(key, value);
  span.setAttribute(ATTR_DB_CLIENT_CONNECTION_POOL_NAME, name);
  span.setAttribute('snkrs.pool.capacity', backend.spec.capacity);
  span.setAttribute('snkrs.pool.waiting', backend.waiting);
  const admission = await backend.acquire();
  const failure = admission === 'granted' ? undefined : new Failure(BACKENDS[name].rejection);
  if (failure) recordFailure(new Scope(scope.cause, scope.instance, span), failure);
  span.end(toHrTime(clock.now()));
  if (failure) throw failure;
  return backend;
}
