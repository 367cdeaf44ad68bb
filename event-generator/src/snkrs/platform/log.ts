import { type Attributes, type Context, type HrTime, ROOT_CONTEXT, SeverityNumber } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_EXCEPTION_MESSAGE, ATTR_EXCEPTION_TYPE } from '@opentelemetry/semantic-conventions';
import type { EpochMillis } from '../../simulation/clock.ts';
import { withKnownAttributes } from '../../telemetry/known-attributes.ts';
import { toHrTime } from '../../telemetry/time.ts';
import type { Failure } from '../failures.ts';
import type { Instance } from './instance.ts';
import type { Scope } from './scope.ts';

export type Severity = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Writes a log record of the operation in `scope`, correlated with its span. `event` names the kind of record. */
export function log(scope: Scope, severity: Severity, event: string, body: string, attributes?: Attributes): void {
  emit(scope.instance, scope.now(), { severity, event, body, attributes, context: scope.context });
}

/** Writes a log record of an instance that belongs to no operation: something that happened to it. */
export function logEvent(
  instance: Instance,
  now: EpochMillis,
  severity: Severity,
  event: string,
  body: string,
  attributes: Attributes,
): void {
  emit(instance, toHrTime(now + instance.skewMs), { severity, event, body, attributes, context: ROOT_CONTEXT });
}

interface Said {
  readonly severity: Severity;
  readonly event: string;
  readonly body: string;
  readonly attributes: Attributes | undefined;
  readonly context: Context;
}

function emit({ logger }: Instance, timestamp: HrTime, { severity, event, body, attributes, context }: Said): void {
  logger.emit({
    timestamp,
    observedTimestamp: timestamp,
    severityNumber: SeverityNumber[severity],
    severityText: severity,
    eventName: event,
    body,
    context: attributes ? withKnownAttributes(context, attributes) : context,
  });
}

const logged = new WeakSet<Failure>();

/** Logs a failure once: where it happened, not at every operation it passes on its way up. */
export function logFailure(scope: Scope, operation: string, failure: Failure): void {
  if (logged.has(failure)) return;
  logged.add(failure);
  const { kind } = failure;
  log(
    scope,
    kind.severity,
    `snkrs.${kind.severity === 'WARN' ? 'rejected' : 'failed'}`,
    `${operation}: ${kind.message}`,
    {
      [ATTR_ERROR_TYPE]: kind.type,
      [ATTR_EXCEPTION_TYPE]: kind.exception,
      [ATTR_EXCEPTION_MESSAGE]: kind.message,
    },
  );
}
