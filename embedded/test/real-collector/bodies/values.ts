/** AnyValues of every kind and at the limits of each, by a name that serves as the attribute's key. */
export const VALUES: Readonly<Record<string, object>> = {
  string: { stringValue: 'GET /products/{id}' },
  'string.empty': { stringValue: '' },
  'string.unicode': { stringValue: 'é 漢字 👟 \u2028 \u00ad \ufeff a\u0301 ﷺ \u{10ffff}' },
  'string.control': { stringValue: '\u0000\u0001\b\t\n\u000b\f\r\u001b\u001f\u007f\u0085' },
  'string.escapes': { stringValue: '"quoted" \\n \\u001B </script> & \'' },
  'string.long': { stringValue: 'x'.repeat(70_000) },
  true: { boolValue: true },
  false: { boolValue: false },
  int: { intValue: 42 },
  'int.zero': { intValue: 0 },
  'int.negative': { intValue: -1 },
  'int.beyond-double': { intValue: '9007199254740993' },
  'int.max': { intValue: '9223372036854775807' },
  'int.min': { intValue: '-9223372036854775808' },
  double: { doubleValue: 0.1 },
  'double.zero': { doubleValue: 0 },
  'double.negative-zero': { doubleValue: -0 },
  'double.whole': { doubleValue: 10 },
  'double.sum': { doubleValue: 0.1 + 0.2 },
  'double.1e-6': { doubleValue: 1e-6 },
  'double.1e-7': { doubleValue: 1e-7 },
  'double.1.5e-10': { doubleValue: 1.5e-10 },
  'double.1e20': { doubleValue: 1e20 },
  'double.1e21': { doubleValue: 1e21 },
  'double.123456789e15': { doubleValue: 123456789e15 },
  'double.2^53': { doubleValue: 2 ** 53 },
  'double.max': { doubleValue: -Number.MAX_VALUE },
  'double.min': { doubleValue: Number.MIN_VALUE },
  'double.nan': { doubleValue: Number.NaN },
  'double.infinity': { doubleValue: Number.POSITIVE_INFINITY },
  'double.-infinity': { doubleValue: Number.NEGATIVE_INFINITY },
  bytes: { bytesValue: Buffer.from([0, 255, 3, 4, 62, 63]) },
  'bytes.empty': { bytesValue: Buffer.alloc(0) },
  'array.empty': array(),
  'array.mixed': array(
    { stringValue: 'a' },
    { stringValue: '' },
    { intValue: '9223372036854775807' },
    { intValue: 0 },
    { boolValue: false },
    { boolValue: true },
    { doubleValue: 1.5 },
    { bytesValue: Buffer.from([255, 254]) },
    { bytesValue: Buffer.alloc(0) },
    {},
  ),
  'array.doubles': array(
    ...[0, -0, 10, 1e20, 1e21, -1e21, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, 0.30000000000000004].map(
      (doubleValue) => ({ doubleValue }),
    ),
  ),
  'array.strings': array(
    ...['"', '\\', '/', '<&>', '\u0000\b\u001b\n\t\u007f', '\u2028\u2029', '👟', '\\u001B'].map((stringValue) => ({
      stringValue,
    })),
  ),
  'array.nan': array({ intValue: 1 }, { doubleValue: Number.NaN }),
  'array.nested': array(array(array(array({ intValue: 1 }), array()), map()), { stringValue: 'flat' }),
  'map.empty': map(),
  'map.sorted': map(['b', { intValue: 1 }], ['a', { intValue: 2 }], ['B', {}], ['10', {}], ['9', {}], ['é', {}]),
  'map.empty-key': map(['', { stringValue: 'no key' }]),
  'map.escapes': map(['k"</\n\u001b', { stringValue: 'v' }]),
  'map.duplicates': map(['a', { intValue: 1 }], ['b', {}], ['a', { intValue: 3 }]),
  'map.no-value': { kvlistValue: { values: [{ key: 'n' }, { key: 'e', value: {} }] } },
  'map.infinity': map(['a', array({ doubleValue: Number.POSITIVE_INFINITY })]),
  'map.nested': map(['z', map(['y', array(map(['x', { boolValue: true }]))])], ['a', array({ stringValue: 's' })]),
  nothing: {},
};

function array(...values: object[]): object {
  return { arrayValue: { values } };
}

function map(...entries: [key: string, value: object][]): object {
  return { kvlistValue: { values: entries.map(([key, value]) => ({ key, value })) } };
}

/** An array in an array…, `levels` of them, around 1. */
export function nested(levels: number): object {
  return levels === 0 ? { intValue: 1 } : array(nested(levels - 1));
}

/** {@link VALUES} as attributes, and attributes without a value, with an empty key, and with a key that is there already. */
export const ATTRIBUTES: readonly object[] = [
  ...Object.entries(VALUES).map(([key, value]) => ({ key, value })),
  { key: 'absent' },
  { key: '', value: { stringValue: 'no key' } },
  { key: 'é 漢字 "quoted"', value: { stringValue: 'key' } },
];

/** The same key three times, in no order. */
export const DUPLICATES: readonly object[] = [
  { key: 'twice', value: { stringValue: 'b' } },
  { key: 'once', value: { stringValue: '1' } },
  { key: 'twice', value: { stringValue: 'a' } },
  { key: 'twice', value: { intValue: 3 } },
];
