import { type Attributes, SeverityNumber } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE, ATTR_EXCEPTION_MESSAGE, ATTR_EXCEPTION_TYPE } from '@opentelemetry/semantic-conventions';
import { withKnownAttributes } from '../../telemetry/known-attributes.ts';
import { toHrTime } from '../../telemetry/time.ts';
import type { Failure } from '../failures.ts';
import type { Scope } from './scope.ts';

export type Severity = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Writes a log record of the operation in `scope`, correlated with its span. `event` names the kind of record. */
export function log(scope: Scope, severity: Severity, event: string, body: string, attributes?: Attributes): void {
  const timestamp = toHrTime(scope.cause.platform.clock.now());
  scope.instance.logger.emit({
    timestamp,
    observedTimestamp: timestamp,
    severityNumber: SeverityNumber[severity],
    severityText: severity,
    eventName: event,
    body,
    context: attributes ? withKnownAttributes(scope.context, attributes) : scope.context,
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
