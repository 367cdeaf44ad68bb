import { hash } from 'node:crypto';

/** Characters, and bytes, of a digest. */
export const DIGEST_LENGTH = 16;

/**
 * Tells whether two bodies are the same: 128 bits of SHA-256 as 16 one-byte characters (the most compact key a Map can
 * have). 1.3 GB/s here, twice as fast as MD5 where the processor has SHA instructions.
 */
export function digestOf(body: Uint8Array): string {
  return hash('sha256', body, 'buffer').toString('latin1', 0, DIGEST_LENGTH);
}
