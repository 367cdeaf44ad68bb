import type { IncomingMessage } from 'node:http';
import {
  type BodyBounds,
  collect,
  ENCODINGS,
  isIdentity,
  isKnownEncoding,
  tooLarge,
  unpack,
} from './content-encodings.ts';
import { status } from './grpc-status.ts';
import { Refusal } from './refusal.ts';

/**
 * The whole body of a request, decompressed. Neither what comes nor what it becomes may be larger than the bound.
 *
 * @throws Refusal 413 too large, 415 unknown content encoding, 400 not what the encoding says
 */
export async function readBody(request: IncomingMessage, bounds: BodyBounds): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  const isPlain = encoding === undefined || isIdentity(encoding);
  if (!isPlain && !isKnownEncoding(encoding)) {
    throw new Refusal(
      415,
      status.INVALID_ARGUMENT,
      `content-encoding ${encoding} is not supported; expected none or one of ${ENCODINGS.join(', ')}`,
    );
  }
  if (Number(request.headers['content-length'] ?? 0) > bounds.maxBytes) throw tooLarge(bounds.maxBytes);
  return isPlain ? collect(request, bounds) : unpack(request, encoding, bounds);
}
