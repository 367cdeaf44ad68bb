/** Strings longer than this are encoded natively; shorter ones faster here than the way there and back. */
const NATIVE_STRING_LENGTH = 80;

/**
 * Writes protobuf (https://protobuf.dev/programming-guides/encoding) into one growing buffer. A tag is `field << 3 | wire type`, as a
 * varint. A message is written where it belongs, between `begin` and `end`, and moved by a few bytes when its length, known then at
 * last, needs other room than was left for it.
 */
export class ProtobufWriter {
  #bytes: Buffer;
  #at = 0;
  /** The second written last, and its nanoseconds since the epoch: times come in crowds. */
  #second = 0;
  #secondLow = 0;
  #secondHigh = 0;

  /** `size` is a guess, in bytes. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** What was written, from byte `start` on: a view, good until more is. */
  written(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#at);
  }

  /** Starts over in the same buffer. */
  clear(): void {
    this.#at = 0;
  }

  /** Starts a length-delimited field whose `length` is known; its bytes are to follow. */
  header(tag: number, length: number): void {
    this.#reserve(12);
    this.#tag(tag);
    this.#varint(length);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /**
   * Starts a length-delimited field; to be closed by `end` with what it returns, and the same `room`: the bytes its length will take, most
   * likely. One is enough up to 127, two are up to 16,383.
   */
  begin(tag: number, room: 1 | 2 = 1): number {
    this.#reserve(2 + room);
    this.#tag(tag);
    this.#at += room;
    return this.#at;
  }

  end(start: number, room: 1 | 2 = 1): void {
    const length = this.#at - start;
    if (room === 1 && length < 0x80) {
      this.#bytes[start - 1] = length;
      return;
    }
    const more = varintSize(length) - room;
    if (more !== 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(start + more, start, this.#at);
    }
    this.#at = start - room;
    this.#varint(length);
    this.#at += length;
  }

  /** A whole number from -2^63 to 2^63; a negative one takes ten bytes. */
  varint(tag: number, value: number): void {
    this.#reserve(12);
    this.#tag(tag);
    if (value >= 0) this.#varint(value);
    else this.#negativeVarint(value);
  }

  string(tag: number, value: string): void {
    const { length } = value;
    // Three bytes of UTF-8 at most for each of UTF-16.
    this.#reserve(length * 3 + 7);
    this.#tag(tag);
    if (length <= NATIVE_STRING_LENGTH && this.#ascii(value)) return;
    const start = this.#at + 1;
    this.#at = start + this.#bytes.write(value, start);
    this.end(start);
  }

  /** The bytes that pairs of lower-case hexadecimal digits stand for. */
  hex(tag: number, digits: string): void {
    this.#reserve(digits.length / 2 + 3);
    this.#tag(tag);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = digits.length >> 1;
    for (let i = 0; i < digits.length; i += 2) {
      bytes[at++] = (NIBBLES[digits.charCodeAt(i)]! << 4) | NIBBLES[digits.charCodeAt(i + 1)]!;
    }
    this.#at = at;
  }

  bytes(tag: number, value: Uint8Array): void {
    const { length } = value;
    this.#reserve(length + 12);
    this.#tag(tag);
    this.#varint(length);
    this.#bytes.set(value, this.#at);
    this.#at += length;
  }

  fixed32(tag: number, value: number): void {
    this.#reserve(6);
    this.#tag(tag);
    this.#fixed32(value);
  }

  /** OpenTelemetry's `[seconds, nanoseconds]` as nanoseconds since the epoch. */
  time(tag: number, [seconds, nanoseconds]: readonly [number, number]): void {
    this.#reserve(10);
    this.#tag(tag);
    if (seconds !== this.#second) this.#setSecond(seconds);
    const low = this.#secondLow + nanoseconds;
    this.#fixed32(low);
    this.#fixed32(low < 0x100000000 ? this.#secondHigh : this.#secondHigh + 1);
  }

  double(tag: number, value: number): void {
    this.#reserve(10);
    this.#tag(tag);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  /** Length and characters, if all of them are ASCII; else nothing. At most 127 of them. */
  #ascii(value: string): boolean {
    const { length } = value;
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      seen |= code;
      bytes[start + i] = code;
    }
    if (seen > 0x7f) return false;
    bytes[start - 1] = length;
    this.#at = start + length;
    return true;
  }

  #tag(tag: number): void {
    if (tag < 0x80) this.#bytes[this.#at++] = tag;
    else this.#varint(tag);
  }

  #varint(value: number): void {
    const bytes = this.#bytes;
    let rest = value;
    let at = this.#at;
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    this.#at = at;
  }

  /** Two's complement in 64 bits. */
  #negativeVarint(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(rest);
  }

  #fixed32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#at = at + 4;
  }

  /** In two halves of 32 bits: seconds = upper * 2^16 + lower keeps every product below 2^53. */
  #setSecond(seconds: number): void {
    const lower = (seconds & 0xffff) * 1e9;
    const upper = Math.floor(seconds / 0x10000) * 1e9;
    const low = (upper % 0x10000) * 0x10000 + (lower % 0x100000000);
    this.#second = seconds;
    this.#secondLow = low % 0x100000000;
    this.#secondHigh = Math.floor(upper / 0x10000) + Math.floor(lower / 0x100000000) + (low >= 0x100000000 ? 1 : 0);
  }

  #reserve(size: number): void {
    if (this.#at + size > this.#bytes.length) this.#grow(this.#at + size);
  }

  #grow(size: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(size, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}

/** The value of a hexadecimal digit by its character code. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);

/** The bytes a number takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
}
