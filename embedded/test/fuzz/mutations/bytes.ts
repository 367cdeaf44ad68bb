import { ORIGINALS_OF } from '../originals.ts';
import { type BodyMutation, place } from './mutation.ts';

/** What counting, signs and varints go wrong at. */
const TELLING_BYTES = [0, 1, 0x0a, 0x12, 0x7f, 0x80, 0xfe, 0xff];

/** Mutations that know nothing of protobuf. */
export const BYTE_MUTATIONS: Readonly<Record<string, BodyMutation>> = {
  'nothing changed': ({ body }) => body,
  'bits flipped': ({ body }, chance) => {
    const bytes = Buffer.from(body);
    for (let left = 1 + chance.whole(8); left > 0 && bytes.length > 0; left--) {
      const at = chance.whole(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << chance.whole(8));
    }
    return bytes;
  },
  'one bit flipped': ({ body }, chance) => {
    const bytes = Buffer.from(body);
    const at = chance.whole(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << chance.whole(8));
    return bytes;
  },
  'telling bytes': ({ body }, chance) => {
    const bytes = Buffer.from(body);
    for (let left = 1 + chance.whole(3); left > 0; left--)
      bytes[chance.whole(bytes.length)] = chance.pick(TELLING_BYTES);
    return bytes;
  },
  'cut off': ({ body }, chance) => body.subarray(0, chance.whole(body.length)),
  'beginning missing': ({ body }, chance) => body.subarray(1 + chance.whole(body.length)),
  'bytes inserted': ({ body }, chance) => {
    const at = place(body, chance);
    return Buffer.concat([body.subarray(0, at), chance.bytes(1 + chance.whole(20)), body.subarray(at)]);
  },
  'bytes left out': ({ body }, chance) => {
    const at = place(body, chance);
    return Buffer.concat([body.subarray(0, at), body.subarray(at + 1 + chance.whole(30))]);
  },
  'bytes repeated': ({ body }, chance) => {
    const from = place(body, chance);
    const to = from + chance.whole(200);
    return Buffer.concat([body.subarray(0, to), body.subarray(from)]);
  },
  spliced: ({ body, signal }, chance) => {
    const other = chance.pick(ORIGINALS_OF[signal]).body;
    return Buffer.concat([body.subarray(0, place(body, chance)), other.subarray(place(other, chance))]);
  },
  'two in a row': ({ body, signal }, chance) => Buffer.concat([body, chance.pick(ORIGINALS_OF[signal]).body]),
  'another signal before': ({ body, signal }, chance) => {
    const others = { traces: 'logs', logs: 'metrics', metrics: 'traces' } as const;
    return Buffer.concat([chance.pick(ORIGINALS_OF[others[signal]]).body, body]);
  },
  noise: (_original, chance) => chance.bytes(chance.whole(400)),
};
