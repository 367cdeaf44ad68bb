import { status } from '../grpc-status.ts';
import { Refusal } from '../refusal.ts';
import { JsonError } from './json-error.ts';

/** A JSON text of so many bytes and values, lists and objects included. */
export interface JsonSize {
  readonly bytes: number;
  readonly values: number;
}

/** What a value takes, parsed and as a field of a message (measured: 90 to 210). */
const BYTES_PER_VALUE = 200;
/** The text again, as a string and in protobuf. */
const BYTES_PER_BYTE = 2;
/** Messages may be nested a hundred deep, with a list between any two. No sender needs more; parsers have a stack. */
const MAX_LEVELS = 1_000;
/** In a request of common attributes a value has some 15, punctuation included: one of three quarters of the bound is taken. */
const BYTES_FOR_A_VALUE = 20;

/** From so many on a double may not hold an integer. */
const LONG_NUMBER_DIGITS = 16;

const [QUOTE, BACKSLASH, COMMA, ZERO, NINE] = [0x22, 0x5c, 0x2c, 0x30, 0x39];
const [LIST, OBJECT, LIST_END, OBJECT_END] = [0x5b, 0x7b, 0x5d, 0x7d];

/**
 * Counts a text's values by what separates them, without parsing it: `{},` are 3 bytes of text and 400 of memory.
 *
 * @throws JsonError nested too deep
 * @throws Refusal 413 more values than a request of `maxBytes` may have
 */
export function measureJson(text: Buffer, maxBytes: number): JsonSize {
  const most = Math.ceil(maxBytes / BYTES_FOR_A_VALUE);
  let values = 1;
  let digits = 0;
  let hasLongNumber = false;
  let level = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    digits = byte >= ZERO && byte <= NINE ? digits + 1 : 0;
    if (digits >= LONG_NUMBER_DIGITS) hasLongNumber = true;
    else if (byte === QUOTE) i = endOfString(text, i);
    else if (byte === COMMA) values++;
    else if (byte === LIST || byte === OBJECT) {
      values++;
      deepest = Math.max(deepest, ++level);
    } else if (byte === LIST_END || byte === OBJECT_END) level--;
  }
  // For the sake of such a number the parser keeps the source of every value.
  if (hasLongNumber) values *= 2;
  if (values > most) {
    const bound = hasLongNumber ? `${most >> 1} values, with numbers of 16 digits in it` : `${most} values`;
    const message = `a request in JSON may hold ${bound}; send smaller batches, or protobuf`;
    throw new Refusal(413, status.RESOURCE_EXHAUSTED, message);
  }
  if (deepest > MAX_LEVELS) throw new JsonError(`the request is nested deeper than ${MAX_LEVELS} levels`);
  return { bytes: text.length, values };
}

/** Bytes of memory that it takes to decode such a text, besides the text. */
export function costOfJson({ bytes, values }: JsonSize): number {
  return bytes * BYTES_PER_BYTE + values * BYTES_PER_VALUE;
}

/** Where the quote is that ends the string begun at `start`. */
function endOfString(text: Buffer, start: number): number {
  for (let end = start + 1; ; end++) {
    end = text.indexOf(QUOTE, end);
    if (end < 0) return text.length;
    let slashes = 0;
    while (text[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
}
