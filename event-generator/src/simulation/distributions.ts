import type { Random } from './random.ts';

/** A number from `min` (included) to `max` (excluded), every one as likely. */
export function uniform(random: Random, min: number, max: number): number {
  return min + random.next() * (max - min);
}

/** An integer from `min` to `max`, both included. */
export function integer(random: Random, min: number, max: number): number {
  return min + Math.floor(random.next() * (max - min + 1));
}

/** True with the probability `odds`, from 0 (never) to 1 (always). */
export function chance(random: Random, odds: number): boolean {
  return random.next() < odds;
}

/** As {@link chance}, but draws nothing for what never happens. */
export function rarely(random: Random, odds: number): boolean {
  return odds > 0 && chance(random, odds);
}

/** One of `items`, every one as likely. Throws a RangeError when there is none. */
export function pick<T>(random: Random, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError('pick from an empty list: expected at least one item');
  // The index is below the length, which is not 0.
  return items[Math.floor(random.next() * items.length)] as T;
}

/** Something to choose, and how often compared with its sisters. */
export interface Weighted {
  readonly weight: number;
}

/** One of `items`, each as often as its weight says. Throws a RangeError when the weights sum up to nothing. */
export function pickWeighted<T extends Weighted>(random: Random, items: readonly T[]): T {
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  let rest = random.next() * total;
  for (const item of items) {
    rest -= item.weight;
    if (rest < 0) return item;
  }
  throw new RangeError(`pick by weights that sum up to ${total}: expected more than 0`);
}

/** A standard normal number (Box and Muller's transform, one of its two). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** How a duration spreads: half of them are below `p50`, 99 in 100 below `p99`, in any unit. */
export interface LogNormal {
  readonly p50: number;
  readonly p99: number;
}

/** The 99th percentile of the standard normal distribution. */
const NORMAL_P99 = 2.3263;

/**
 * A source of log-normal numbers: never negative, most of them near the median, a few far above it, as latencies are.
 */
export function logNormal({ p50, p99 }: LogNormal): (random: Random) => number {
  const sigma = Math.log(p99 / p50) / NORMAL_P99;
  return (random) => p50 * Math.exp(sigma * normal(random));
}
