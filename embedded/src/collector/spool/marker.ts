import { DIGEST_LENGTH } from './digest.ts';

/**
 * Before each request body in a segment file stands a marker. It is itself a protobuf field: the highest field number
 * there is, length-delimited, which no OTLP request uses and every protobuf reader skips. So a segment file is one valid
 * request, fit to be an INSERT's body as it lies, and still can be taken apart again.
 *
 *     FA FF FF FF 0F  tag: field 536870911, length-delimited
 *     18              length: 24 bytes
 *     body length     uint32, little-endian
 *     items           uint32, little-endian: spans, log records or data points
 *     digest          the first 16 bytes of the body's SHA-256
 */
const HEADER = Buffer.from([0xfa, 0xff, 0xff, 0xff, 0x0f, 24]);
const DIGEST_AT = HEADER.length + 8;

/** Length of a marker. */
export const MARKER_BYTES = DIGEST_AT + DIGEST_LENGTH;

/** What a marker says of the body behind it. */
export interface Marker {
  readonly bodyBytes: number;
  readonly items: number;
  /** 16 characters of one byte each; equal digests mean equal bodies. */
  readonly digest: string;
}

/** The marker in its written form. */
export function encodeMarker({ bodyBytes, items, digest }: Marker): Buffer {
  const bytes = Buffer.allocUnsafe(MARKER_BYTES);
  HEADER.copy(bytes);
  bytes.writeUInt32LE(bodyBytes, HEADER.length);
  bytes.writeUInt32LE(items, HEADER.length + 4);
  bytes.write(digest, DIGEST_AT, 'latin1');
  return bytes;
}

/** The marker at the start of `bytes`, or undefined where there is none. */
export function decodeMarker(bytes: Buffer): Marker | undefined {
  if (bytes.length < MARKER_BYTES || !bytes.subarray(0, HEADER.length).equals(HEADER)) return undefined;
  return {
    bodyBytes: bytes.readUInt32LE(HEADER.length),
    items: bytes.readUInt32LE(HEADER.length + 4),
    digest: bytes.toString('latin1', DIGEST_AT, MARKER_BYTES),
  };
}
