/** Chance from a seed: the same seed gives the same numbers on every machine. */
export interface Chance {
  /** A whole number from 0 to `below` - 1. */
  whole(below: number): number;
  pick<Value>(values: readonly Value[]): Value;
  bytes(count: number): Buffer;
}

/** A 32-bit xorshift generator, its start mixed from `seed` and `stream`. */
export function createChance(seed: number, stream: number): Chance {
  let state = mix(mix(seed) ^ stream) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const whole = (below: number) => next() % below;
  return {
    whole,
    pick: (values) => values[whole(values.length)]!,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => next() & 0xff)),
  };
}

/** MurmurHash3's finalizer: neighbouring numbers end up far from each other. */
function mix(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
