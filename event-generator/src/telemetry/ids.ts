import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Random } from '../simulation/random.ts';

/** Trace ids (16 bytes) and span ids (8 bytes) from `random`, never all zero: W3C Trace Context calls those invalid. */
export function createIdGenerator(random: Random): IdGenerator {
  return {
    generateTraceId: createHexGenerator(random, 4),
    generateSpanId: createHexGenerator(random, 2),
  };
}

/** The character codes of the hexadecimal digits. */
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/**
 * Makes ids of so many words of 32 bits, each of all its characters at once: one put together of pieces takes twice the time, and as long
 * again when it is first read.
 */
function createHexGenerator(random: Random, words: number): () => string {
  const codes = new Array<number>(words * 8).fill(0);
  return function generate(): string {
    let at = 0;
    let bits = 0;
    for (let i = 0; i < words; i++) {
      const word = random.uint32();
      bits |= word;
      for (let shift = 28; shift >= 0; shift -= 4) codes[at++] = DIGITS[(word >>> shift) & 15]!;
    }
    return bits === 0 ? generate() : String.fromCharCode(...codes);
  };
}
