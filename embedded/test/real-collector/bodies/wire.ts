import type { Signal } from '../../../src/collector/mapping/statements.ts';
import type { Case } from './case.ts';

// Bodies that are valid protobuf and that no encoder writes: fields in another order, twice, or of a newer version.

const varint = (number: number): Buffer => {
  const bytes = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
};
/** A field of wire type 2: a message, a text or bytes. */
const sized = (field: number, ...content: (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
};
const whole = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const fixed64 = (field: number, value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
};

const TIME = 2_000_000_000_000_000_000n;
const ONE = 0x3ff0_0000_0000_0000n;

const wireCase = (signal: Signal, name: string, ...item: Buffer[]): Case => ({
  name,
  signal,
  body: sized(1, sized(2, sized(2, ...item))),
});
const span = (name: string, ...more: Buffer[]) =>
  wireCase('traces', name, sized(5, name), fixed64(7, TIME), fixed64(8, TIME), ...more);
const attribute = (name: string, ...keyValue: Buffer[]) => span(name, sized(9, ...keyValue));
const gauge = (name: string, ...more: Buffer[]) =>
  wireCase('metrics', name, sized(1, name), sized(5, sized(1, fixed64(2, TIME), fixed64(3, TIME), ...more)));
const key = sized(1, 'k');

/** See above. */
export const WIRE_CASES: readonly Case[] = [
  span('unknown fields', sized(99, 'of a newer version'), whole(100, 5), fixed64(101, 7n)),
  attribute('value before key', sized(2, sized(1, 'text')), key),
  attribute('unknown kind of value', key, sized(2, whole(20, 7))),
  attribute('two kinds in a value', key, sized(2, sized(1, 'text'), whole(3, 7))),
  attribute('value given twice', key, sized(2, sized(1, 'text')), sized(2, whole(3, 9))),
  attribute('bool of 2', key, sized(2, whole(2, 2))),
  attribute('invalid UTF-8', key, sized(2, sized(1, Buffer.from([0x61, 0xff, 0xc3])))),
  attribute('invalid UTF-8 in an array', key, sized(2, sized(5, sized(1, sized(1, Buffer.from([0x61, 0xff])))))),
  attribute('invalid UTF-8 in a key', sized(1, Buffer.from([0x6b, 0xff])), sized(2, sized(1, 'text'))),
  span('status in two parts', sized(15, sized(2, 'message')), sized(15, whole(3, 2))),
  gauge('number given twice', fixed64(6, 5n), fixed64(4, ONE)),
  wireCase(
    'metrics',
    'metric of two types',
    sized(1, 'metric of two types'),
    sized(5, sized(1, fixed64(3, TIME), fixed64(6, 5n))),
    sized(7, sized(1, fixed64(3, TIME), fixed64(6, 6n))),
  ),
  wireCase(
    'metrics',
    'unpacked buckets',
    sized(1, 'unpacked buckets'),
    sized(9, sized(1, fixed64(2, TIME), fixed64(3, TIME), fixed64(6, 1n), fixed64(6, 2n), fixed64(7, ONE))),
  ),
];
