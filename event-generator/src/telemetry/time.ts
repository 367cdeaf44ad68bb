import type { HrTime } from '@opentelemetry/api';
import type { EpochMillis } from '../simulation/clock.ts';

/**
 * An instant as OpenTelemetry's `[seconds, nanoseconds]`. The SDK takes numbers for process-relative times when they are
 * small and turns a bigint into the present moment, so this tuple is the only form that always means what it says.
 */
export function toHrTime(instant: EpochMillis): HrTime {
  const seconds = Math.floor(instant / 1000);
  const nanoseconds = Math.round((instant - seconds * 1000) * 1e6);
  return nanoseconds === 1e9 ? [seconds + 1, 0] : [seconds, nanoseconds];
}
