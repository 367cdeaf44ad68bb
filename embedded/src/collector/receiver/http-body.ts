import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { Refusal } from './refusal.ts';

/** The content encodings OpenTelemetry's exporters offer, `gzip` first of all. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['zstd', createZstdDecompress],
]);

/** For the Accept-Encoding header of an answer to an unknown encoding. */
export const CONTENT_ENCODINGS = Array.from(DECODERS.keys()).join(', ');

/**
 * The whole body of a request, decompressed. Neither what comes nor what it becomes may be larger than `maxBytes`: reading
 * ends there, so a few kilobytes that unpack to gigabytes cost no more than that.
 *
 * @throws Refusal 413 too large, 415 unknown content encoding, 400 not what the encoding says
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const decoder = decoderFor(request.headers['content-encoding']);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (decoder === undefined) return collect(request, maxBytes);
  let decoded: Buffer = Buffer.alloc(0);
  await pipeline(request, decoder, async (chunks: AsyncIterable<Buffer>) => {
    decoded = await collect(chunks, maxBytes);
  }).catch((error: Error) => {
    if (error instanceof Refusal || (request.destroyed && !request.complete)) throw error;
    throw new Refusal(
      400,
      status.INVALID_ARGUMENT,
      `the body is not ${request.headers['content-encoding']}: ${error.message}`,
    );
  });
  return decoded;
}

function decoderFor(encoding: string | undefined): Transform | undefined {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return undefined;
  const create = DECODERS.get(encoding.toLowerCase());
  if (create !== undefined) return create();
  throw new Refusal(
    415,
    status.INVALID_ARGUMENT,
    `content-encoding ${encoding} is not supported; expected none or one of ${CONTENT_ENCODINGS}`,
  );
}

async function collect(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    parts.push(chunk);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, status.RESOURCE_EXHAUSTED, `a request may hold ${maxBytes} bytes; send smaller batches`);
}
