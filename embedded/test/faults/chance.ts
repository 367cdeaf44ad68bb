import { createHash } from 'node:crypto';

/** Numbers from 0 (included) to 1 (excluded), the same ones for the same seed. */
export function chances(seed: string): () => number {
  let drawn = 0;
  return () => createHash('sha256').update(`${seed}/${drawn++}`).digest().readUInt32BE() / 2 ** 32;
}
