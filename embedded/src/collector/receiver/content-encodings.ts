import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { status } from './grpc-status.ts';
import { Refusal } from './refusal.ts';
import type { MemoryShare } from './request-memory.ts';

/** The encodings OpenTelemetry's exporters offer, `gzip` first of all. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['zstd', createZstdDecompress],
]);

/** Their names, for a header that tells what would be taken. */
export const ENCODINGS: readonly string[] = Array.from(DECODERS.keys());

/** What a request may grow to, and what its bytes are taken from. */
export interface BodyBounds {
  readonly maxBytes: number;
  readonly share: MemoryShare;
}

/** Whether there is nothing to undo. */
export function isIdentity(encoding: string | undefined): boolean {
  return encoding === undefined || encoding === '' || encoding === 'identity';
}

/** Whether `encoding` is one of {@link ENCODINGS}. */
export function isKnownEncoding(encoding: string): boolean {
  return DECODERS.has(encoding.toLowerCase());
}

/**
 * All bytes of `source`. Reading ends at the bound, and waits while there is no memory.
 * @throws Refusal 413, RESOURCE_EXHAUSTED
 */
export async function collect(source: AsyncIterable<Buffer>, { maxBytes, share }: BodyBounds): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    const memory = share.grow(chunk.length);
    if (memory !== undefined) await memory;
    parts.push(chunk);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
}

/**
 * What `source` unpacks to. Unpacking ends at the bound: a few kilobytes that unpack to gigabytes cost no more than that.
 *
 * @throws Refusal 413 too large, 400 not what the encoding says
 */
export async function unpack(source: Readable, encoding: string, bounds: BodyBounds): Promise<Buffer> {
  const decoder = DECODERS.get(encoding.toLowerCase());
  if (decoder === undefined) throw new RangeError(`no decoder for ${encoding}: ask isKnownEncoding first`);
  let unpacked: Buffer = Buffer.alloc(0);
  await pipeline(source, decoder(), async (chunks: AsyncIterable<Buffer>) => {
    unpacked = await collect(chunks, bounds);
  }).catch((error: Error) => {
    // Of an error in the data zlib tells with a number of its own.
    if (!('errno' in error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code)))) throw error;
    throw new Refusal(400, status.INVALID_ARGUMENT, `the body is not ${encoding}: ${error.message}`);
  });
  return unpacked;
}

/** A request above the bound. */
export function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, status.RESOURCE_EXHAUSTED, `a request may hold ${maxBytes} bytes; send smaller batches`);
}
