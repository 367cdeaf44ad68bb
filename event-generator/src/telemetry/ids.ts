import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Random } from '../simulation/random.ts';

/** Trace ids (16 bytes) and span ids (8 bytes) from `random`, never all zero: W3C Trace Context calls those invalid. */
export function createIdGenerator(random: Random): IdGenerator {
  return {
    generateTraceId: () => hexId(random, 4),
    generateSpanId: () => hexId(random, 2),
  };
}

/** The hex digits of every byte: looked up, since one id a span is made. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexId(random: Random, words: number): string {
  let id = '';
  let bits = 0;
  for (let i = 0; i < words; i++) {
    const word = random.uint32();
    bits |= word;
    id += `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;
  }
  return bits === 0 ? hexId(random, words) : id;
}
