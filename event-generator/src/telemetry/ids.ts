import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Random } from '../simulation/random.ts';

/** Trace ids (16 bytes) and span ids (8 bytes) from `random`, never all zero: W3C Trace Context calls those invalid. */
export function createIdGenerator(random: Random): IdGenerator {
  return {
    generateTraceId: () => hexId(random, 4),
    generateSpanId: () => hexId(random, 2),
  };
}

function hexId(random: Random, words: number): string {
  let id = '';
  let bits = 0;
  for (let i = 0; i < words; i++) {
    const word = random.uint32();
    bits |= word;
    id += word.toString(16).padStart(8, '0');
  }
  return bits === 0 ? hexId(random, words) : id;
}
