import { DIGEST_LENGTH } from './digest.ts';

/**
 * Digests in the order they came, 16 bytes each. As strings they would be 40, and a spool full of small requests that wait for ClickHouse
 * holds millions.
 */
export interface DigestList extends Iterable<string> {
  readonly length: number;
  push(digest: string): void;
}

const FIRST_CAPACITY = 16;

/** An empty list. */
export function createDigestList(): DigestList {
  let bytes = Buffer.alloc(FIRST_CAPACITY * DIGEST_LENGTH);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push: (digest) => {
      const at = length * DIGEST_LENGTH;
      if (at === bytes.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
      bytes.write(digest, at, 'latin1');
      length++;
    },
    *[Symbol.iterator]() {
      for (let i = 0; i < length; i++) yield bytes.toString('latin1', i * DIGEST_LENGTH, (i + 1) * DIGEST_LENGTH);
    },
  };
}
