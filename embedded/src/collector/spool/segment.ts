import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Signal } from '../mapping/statements.ts';
import { createDigestList, type DigestList } from './digest-list.ts';

const SUFFIX = '.otlp';

/**
 * A file of request bodies of one signal, each behind its marker, that is loaded by one INSERT a table. Its id is the
 * root of the INSERTs' deduplication tokens, so it must never come back: it holds 48 random bits. It starts with the time,
 * so that names sort by age.
 */
export interface Segment {
  readonly signal: Signal;
  readonly id: string;
  readonly path: string;
  /** When it was begun, or found by this start, on the clock of `performance.now()`. */
  readonly since: number;
  /** Bytes from the file's start that are whole and on disk; whatever follows them was never acknowledged. */
  bytes: number;
  items: number;
  /** One digest a body, in order. */
  readonly digests: DigestList;
}

/** A new, still empty segment for a file in `directory`. */
export function newSegment(signal: Signal, directory: string): Segment {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  const id = `${time}-${randomBytes(6).toString('hex')}`;
  return {
    signal,
    id,
    path: join(directory, id + SUFFIX),
    since: performance.now(),
    bytes: 0,
    items: 0,
    digests: createDigestList(),
  };
}

/** The id of the segment in a file of that name, or undefined if it is none. */
export function segmentIdOf(fileName: string): string | undefined {
  return fileName.endsWith(SUFFIX) ? fileName.slice(0, -SUFFIX.length) : undefined;
}
