// Long because it is a list: each way to change a field, of a few lines.

import type { Chance } from '../random.ts';
import { allFields, readFields, sized, varint, type WireField, writeFields } from '../wire.ts';
import type { BodyMutation } from './mutation.ts';

/** Changes fields of a request in place. */
type Change = (fields: WireField[], chance: Chance) => void;

const inTree =
  (change: Change): BodyMutation =>
  ({ signal, body }, chance) => {
    const fields = readFields(signal, body);
    change(fields, chance);
    return writeFields(fields);
  };

/** Changes one field of those `which` lets through; nothing where there is none. */
const one = (change: (field: WireField, chance: Chance) => void, which = (_field: WireField) => true): BodyMutation =>
  inTree((fields, chance) => {
    const candidates = allFields(fields).filter(which);
    if (candidates.length > 0) change(chance.pick(candidates), chance);
  });

/** Puts bytes into a message, between two of its fields. */
const inserted = (make: (chance: Chance) => Buffer): BodyMutation =>
  one((field, chance) => {
    const inner = contentOf(field);
    const at = chance.whole(inner.length + 1);
    const foreign = {
      number: 0,
      wire: 0,
      name: 'foreign',
      type: 'unknown',
      tag: Buffer.alloc(0),
      content: make(chance),
    };
    inner.splice(at, 0, foreign);
  }, isMessage);

const isMessage = ({ content }: WireField) => !Buffer.isBuffer(content);
const contentOf = ({ content }: WireField): WireField[] => (Buffer.isBuffer(content) ? [] : content);
const isSized = ({ wire }: WireField) => wire === 2;
const isNumber = ({ wire }: WireField) => wire !== 2;
const flat = ({ content }: WireField): Buffer => (Buffer.isBuffer(content) ? content : writeFields(content));

const BOMBS = [
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 63n - 1n,
  2n ** 32n,
  2n ** 32n - 1n,
  2n ** 31n,
  2n ** 31n - 1n,
  2n ** 28n,
];
const NUMBERS = [
  0n,
  1n,
  2n,
  127n,
  128n,
  255n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const FIELD_NUMBERS = [11, 16, 99, 18_999, 19_000, 2 ** 28, 2 ** 29 - 1];
/** Invalid UTF-8: a lone continuation, an overlong slash, a surrogate, beyond U+10FFFF, cut off, never used. */
const NO_UTF8 = ['80', 'c0af', 'eda080', 'f4908080', 'e282', 'ff'].map((hex) => Buffer.from(hex, 'hex'));

const eightBytes = (number: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, number));
  return bytes;
};

const tagged = (number: number, wire: number, content: Buffer = Buffer.alloc(0)) =>
  Buffer.concat([varint(number * 8 + wire), content]);

/** A field no version of OTLP has, of each wire type. */
const unknownField = (chance: Chance): Buffer => {
  const number = chance.pick(FIELD_NUMBERS);
  return chance.pick([
    () => tagged(number, 0, varint(chance.pick(NUMBERS))),
    () => tagged(number, 1, chance.bytes(8)),
    () => sized(number, chance.bytes(chance.whole(40))),
    () => tagged(number, 5, chance.bytes(4)),
  ])();
};

const moveOne: Change = (fields, chance) => {
  const messages = allFields(fields).filter(isMessage).map(contentOf);
  const inner = chance.pick([fields, ...messages]);
  const [field] = inner.splice(chance.whole(Math.max(1, inner.length)), 1);
  if (field !== undefined) inner.splice(chance.whole(inner.length + 1), 0, field);
};

const repeatOne: Change = (fields, chance) => {
  const messages = allFields(fields).filter(isMessage).map(contentOf);
  const inner = chance.pick([fields, ...messages]);
  if (inner.length > 0) inner.splice(chance.whole(inner.length + 1), 0, chance.pick(inner));
};

const dropOne: Change = (fields, chance) => {
  const messages = allFields(fields).filter(isMessage).map(contentOf);
  const inner = chance.pick([fields, ...messages]);
  inner.splice(chance.whole(Math.max(1, inner.length)), 1);
};

/** A field copied into a message it does not belong to. */
const transplant: Change = (fields, chance) => {
  const all = allFields(fields);
  const messages = all.filter(isMessage).map(contentOf);
  // A copy: a field put into itself would have no end.
  const graft = { ...chance.pick(all) };
  graft.content = Buffer.from(flat(graft));
  chance.pick([fields, ...messages]).push(graft);
};

/** Mutations of single fields: their tags, lengths, order and values. */
export const FIELD_MUTATIONS: Readonly<Record<string, BodyMutation>> = {
  'length bomb': one((field, chance) => {
    field.length = varint(chance.pick(BOMBS));
  }, isSized),
  'length off by a little': one((field, chance) => {
    field.length = varint(Math.max(0, flat(field).length + chance.pick([-3, -2, -1, 1, 2, 3])));
  }, isSized),
  'overlong length': one((field, chance) => {
    field.length = varint(flat(field).length, 2 + chance.whole(9));
  }, isSized),
  'overlong tag': one((field, chance) => {
    field.tag = varint(field.number * 8 + field.wire, 2 + chance.whole(9));
  }),
  'overlong number': one(
    (field, chance) => {
      const first = flat(field)[0]! & 0x7f;
      field.content = varint(first, 2 + chance.whole(10));
    },
    ({ wire }) => wire === 0,
  ),
  'endless number': one(
    (field, chance) => {
      field.content = Buffer.concat([Buffer.alloc(10 + chance.whole(90), 0xff), Buffer.from([1])]);
    },
    ({ wire }) => wire === 0,
  ),
  'a number at its limits': one((field, chance) => {
    const number = chance.pick(NUMBERS);
    if (field.wire === 0) field.content = varint(number);
    if (field.wire === 1) field.content = eightBytes(number);
    if (field.wire === 5) field.content = eightBytes(number).subarray(0, 4);
  }, isNumber),
  'another wire type': one((field, chance) => {
    field.wire = chance.pick([0, 1, 2, 3, 4, 5, 6, 7]);
    field.content = chance.pick([flat(field), varint(5), eightBytes(5n), Buffer.alloc(0)]);
  }),
  'another field number': one((field, chance) => {
    field.number = chance.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...FIELD_NUMBERS]);
  }),
  'a field left out': inTree(dropOne),
  'a field twice': inTree(repeatOne),
  'a field moved': inTree(moveOne),
  'a field elsewhere': inTree(transplant),
  'an unknown field': inserted(unknownField),
  'field number 0': inserted((chance) => tagged(0, chance.pick([0, 2]), Buffer.from([chance.whole(2)]))),
  'a group': inserted((chance) => {
    const number = chance.pick([1, 2, 15, 99]);
    const inside = chance.pick([Buffer.alloc(0), unknownField(chance)]);
    return Buffer.concat([tagged(number, 3), inside, tagged(number, 4)]);
  }),
  'a group without an end': inserted((chance) => tagged(chance.pick([1, 99]), 3)),
  'the end of a group': inserted((chance) => tagged(chance.pick([1, 99]), 4)),
  'groups in groups': inserted((chance) => {
    const levels = chance.pick([5, 99, 150, 5_000]);
    return Buffer.concat([Buffer.alloc(levels, tagged(1, 3)), Buffer.alloc(levels, tagged(1, 4))]);
  }),
  'an id of another length': one(
    (field, chance) => {
      field.content = chance.bytes(chance.pick([1, 7, 8, 9, 15, 16, 17, 32, 1_000]));
    },
    ({ name }) => /\.(traceId|spanId|parentSpanId)$/.test(name),
  ),
  'an id of zeros': one(
    (field, chance) => {
      field.content = Buffer.alloc(chance.pick([0, flat(field).length]));
    },
    ({ name }) => /\.(traceId|spanId|parentSpanId)$/.test(name),
  ),
  'a text that is no UTF-8': one(
    (field, chance) => {
      const text = flat(field);
      const at = chance.whole(text.length + 1);
      field.content = Buffer.concat([text.subarray(0, at), chance.pick(NO_UTF8), text.subarray(at)]);
    },
    ({ type }) => type === 'string',
  ),
  'odd characters': one(
    (field, chance) => {
      field.content = Buffer.from(
        chance.pick([
          '\0',
          '\u0001\b\f\n\r\t\u001f',
          '"\\/</b>&',
          "'); DROP TABLE x --",
          '\u2028\u2029\ufeff',
          '😀',
          '\u202e',
          '\u007f\u0080',
        ]),
      );
    },
    ({ type }) => type === 'string',
  ),
  'a time at its limits': one(
    (field, chance) => {
      field.content = eightBytes(
        chance.pick([
          0n,
          1n,
          2n ** 63n - 1n,
          2n ** 63n,
          2n ** 64n - 1n,
          4_294_967_295_999_999_999n,
          4_294_967_296_000_000_000n,
          999_999_999n,
        ]),
      );
    },
    ({ type }) => type === 'fixed64',
  ),
  'a double at its limits': one(
    (field, chance) => {
      field.content = eightBytes(
        chance.pick([
          0n,
          1n,
          0x8000_0000_0000_0000n,
          0x7ff0_0000_0000_0000n,
          0xfff0_0000_0000_0000n,
          0x7ff8_0000_0000_0001n,
          0x7fef_ffff_ffff_ffffn,
          0x3eb0_c6f7_a0b5_ed8dn,
          0x444b_1ae4_d6e2_ef50n,
          0x4340_0000_0000_0001n,
        ]),
      );
    },
    ({ type }) => type === 'double',
  ),
  'numbers packed or not': one(
    (field) => {
      const bytes = flat(field);
      if (field.wire !== 2 || bytes.length === 0) return;
      // A packed list of 8-byte numbers becomes one field each, in the place of the one.
      const each: Buffer[] = [];
      for (let at = 0; at + 8 <= bytes.length; at += 8) each.push(tagged(field.number, 1, bytes.subarray(at, at + 8)));
      if (each.length * 8 !== bytes.length) return;
      field.tag = Buffer.alloc(0);
      field.wire = 0;
      field.content = Buffer.concat(each);
    },
    ({ name }) => /\.(bucketCounts|explicitBounds)$/.test(name),
  ),
  'a packed list cut off': one(
    (field, chance) => {
      const bytes = flat(field);
      field.content = bytes.subarray(0, Math.max(0, bytes.length - 1 - chance.whole(7)));
    },
    ({ name }) => /\.(bucketCounts|explicitBounds)$/.test(name),
  ),
  'two cases of one value': one(
    (field, chance) => {
      const text = sized(1, Buffer.from('text'));
      const whole = Buffer.from([0x18, 7]);
      field.content = chance.pick([
        Buffer.concat([text, whole]),
        Buffer.concat([whole, text]),
        Buffer.concat([flat(field), text]),
      ]);
    },
    ({ type }) => type === 'AnyValue',
  ),
};
