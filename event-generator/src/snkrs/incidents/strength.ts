import type { Shape } from './incident.ts';

/** How much of an effect there is, from 0 to 1, so many seconds after it began. */
export function strengthOf(shape: Shape, seconds: number): number {
  if (seconds < 0) return 0;
  if (shape.is === 'step') return 1;
  if (shape.is === 'ramp') return Math.min(1, seconds / shape.riseSeconds);
  const intoPeriod = (seconds % shape.periodSeconds) / shape.periodSeconds;
  if (shape.is === 'sawtooth') return intoPeriod;
  return intoPeriod < shape.onShare ? 1 : 0;
}
