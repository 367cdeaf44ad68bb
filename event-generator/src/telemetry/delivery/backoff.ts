import type { Random } from '../../simulation/random.ts';

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/**
 * The pause before the next attempt, after `failures` of them in a row: doubling from 100 ms to 5 s, and of that a random
 * half to whole, so that many senders do not knock at once.
 */
export function backoffMs(failures: number, random: Random): number {
  const whole = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return whole * (0.5 + random.next() / 2);
}
