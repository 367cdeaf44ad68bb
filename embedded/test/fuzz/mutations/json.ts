import type { Case } from '../../real-collector/bodies/case.ts';
import { jsonBody } from '../../real-collector/bodies/json.ts';
import type { Chance } from '../random.ts';

/** Makes another text of a valid one. */
export type JsonMutation = (original: Case, chance: Chance) => Buffer;

type Json = Record<string, unknown> | unknown[];

/** Puts one of `values` somewhere into the tree. */
const replaced =
  (values: readonly unknown[]): JsonMutation =>
  (original, chance) => {
    const tree: Json = JSON.parse(jsonBody(original));
    const places = placesOf(tree);
    if (places.length === 0) return Buffer.from('{}');
    const { container, key } = chance.pick(places);
    container[key] = chance.pick(values);
    return Buffer.from(JSON.stringify(tree));
  };

interface Place {
  readonly container: Record<string | number, unknown>;
  readonly key: string | number;
}

function placesOf(tree: unknown): Place[] {
  if (typeof tree !== 'object' || tree === null) return [];
  // Arrays, too, are indexed by the keys that Object.entries gives.
  const container = tree as Record<string, unknown>;
  return Object.entries(container).flatMap(([key, value]) => [{ container, key }, ...placesOf(value)]);
}

const changed =
  (change: (text: Buffer, chance: Chance) => Buffer): JsonMutation =>
  (original, chance) =>
    change(Buffer.from(jsonBody(original)), chance);

/** Values put in place of others. What they should become is the oracle's to say. */
export const JSON_MUTATIONS: Readonly<Record<string, JsonMutation>> = {
  'nothing changed, JSON': (original) => Buffer.from(jsonBody(original)),
  'a bit flipped, JSON': changed((text, chance) => {
    const at = chance.whole(text.length);
    text[at] = text[at]! ^ (1 << chance.whole(8));
    return text;
  }),
  'cut off, JSON': changed((text, chance) => text.subarray(0, chance.whole(text.length))),
  'bytes inserted, JSON': changed((text, chance) => {
    const at = chance.whole(text.length + 1);
    const some = chance.pick([
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\\u0000',
      '\\ud800',
      '1',
      '-',
      'e9',
      '\0',
      'null',
      '//',
      '\ufeff',
      ' ',
    ]);
    return Buffer.concat([text.subarray(0, at), Buffer.from(some), text.subarray(at)]);
  }),
  'invalid UTF-8, JSON': changed((text, chance) => {
    const at = chance.whole(text.length);
    return Buffer.concat([text.subarray(0, at), Buffer.from([chance.pick([0x80, 0xff, 0xc0])]), text.subarray(at)]);
  }),
  'more behind it, JSON': changed((text, chance) =>
    Buffer.concat([text, Buffer.from(chance.pick(['{}', '\n', ' x', '\0']))]),
  ),
  'another type': replaced([null, true, 0, -1, 1.5, '', 'text', [], {}, [[]], [{}], { a: 1 }]),
  'a number of another size': replaced([
    0,
    -1,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551615',
    '18446744073709551616',
    '-9223372036854775808',
    '-9223372036854775809',
    '1e3',
    ' 1',
    '0x10',
    '01',
    1e300,
  ]),
  'a number of another form': replaced(['NaN', 'Infinity', '-Infinity', 'nan', '1.0', '-0', '', '١']),
  'a text of another kind': replaced([
    '\u0000',
    '\ud800',
    '\u2028',
    '😀',
    'AQID',
    'AQ==',
    'A',
    '____',
    'zz',
    '0'.repeat(32),
    '0'.repeat(16),
    'F'.repeat(32),
  ]),
  'a name from JavaScript': (original, chance) => {
    const text = jsonBody(original);
    const name = chance.pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length']);
    return Buffer.from(text.replace('{', `{"${name}":{"resourceSpans":5},`));
  },
  'a name in snake case': (original) =>
    Buffer.from(
      jsonBody(original).replace(
        /"(resource|scope)(Spans|Logs|Metrics)"/,
        (_, first, second) => `"${first}_${second.toLowerCase()}"`,
      ),
    ),
  'a name twice': (original) =>
    Buffer.from(jsonBody(original).replace(/"(name|key)":"[^"]*"/, (found) => `${found},${found}`)),
  'nested deep, JSON': (_original, chance) => {
    const levels = chance.pick([3, 20, 45, 49, 50, 51, 1_000, 100_000]);
    const value = `${'{"arrayValue":{"values":['.repeat(levels)}${']}}'.repeat(levels)}`;
    return Buffer.from(
      `{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":${value}}]},"scopeSpans":[{"spans":[{"name":"deep"}]}]}]}`,
    );
  },
  'no object': (_original, chance) =>
    Buffer.from(chance.pick(['', ' ', 'null', '[]', '"x"', '5', '{', 'true', '{}', '[{}]'])),
};
