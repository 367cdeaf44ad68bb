import { Readable } from 'node:stream';
import { type BodyBounds, ENCODINGS, isIdentity, isKnownEncoding, tooLarge, unpack } from './content-encodings.ts';
import { status } from './grpc-status.ts';
import { Refusal } from './refusal.ts';

/** A compressed flag of one byte and a length of four, big-endian. */
const PREFIX_BYTES = 5;

/**
 * The one message of a unary call, decompressed
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message").
 *
 * `call` is read to its end unless the message is refused, and not destroyed: the refusal is still to be answered.
 *
 * @throws Refusal what is wrong with the message or its encoding
 */
export async function readMessage(call: Readable, encoding: string | undefined, bounds: BodyBounds): Promise<Buffer> {
  if (encoding !== undefined && !isIdentity(encoding) && !isKnownEncoding(encoding)) {
    const expected = `identity or one of ${ENCODINGS.join(', ')}`;
    throw new Refusal(415, status.UNIMPLEMENTED, `grpc-encoding ${encoding} is not supported; expected ${expected}`);
  }
  const { isCompressed, content } = await readFrame(call, bounds);
  if (!isCompressed) return content;
  if (encoding === undefined || isIdentity(encoding)) {
    throw new Refusal(400, status.INTERNAL, 'the message is compressed, and there is no grpc-encoding to say how');
  }
  return unpack(Readable.from([content]), encoding, bounds);
}

interface Frame {
  readonly isCompressed: boolean;
  readonly content: Buffer;
}

async function readFrame(call: Readable, { maxBytes, share }: BodyBounds): Promise<Frame> {
  const parts: Buffer[] = [];
  let [received, expected] = [0, Number.POSITIVE_INFINITY];
  for await (const chunk of call.iterator({ destroyOnReturn: false })) {
    parts.push(chunk);
    received += chunk.length;
    if (received >= PREFIX_BYTES && expected === Number.POSITIVE_INFINITY) {
      expected = PREFIX_BYTES + lengthIn(prefixOf(parts), maxBytes);
    }
    if (received > expected) throw malformed(`more than the ${expected - PREFIX_BYTES} bytes its length tells`);
    const memory = share.grow(chunk.length);
    if (memory !== undefined) await memory;
  }
  if (received < expected) throw malformed(received === 0 ? 'no message' : `${received} bytes and then nothing`);
  const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts, received);
  return { isCompressed: whole[0] === 1, content: whole.subarray(PREFIX_BYTES) };
}

/** The first bytes of a call, however few its first chunks had. */
function prefixOf(parts: readonly Buffer[]): Buffer {
  return parts[0]!.length >= PREFIX_BYTES ? parts[0]! : Buffer.concat(parts);
}

function lengthIn(prefix: Buffer, maxBytes: number): number {
  const [flag] = prefix;
  if (flag !== 0 && flag !== 1) throw malformed(`a compressed flag of ${flag}`);
  const length = prefix.readUInt32BE(1);
  if (length > maxBytes) throw tooLarge(maxBytes);
  return length;
}

function malformed(what: string): Refusal {
  return new Refusal(400, status.INTERNAL, `not a gRPC message: ${what}; expected one length-prefixed message`);
}
