import protobuf from 'protobufjs';
import { idBytes } from '../otlp-schema.ts';
import { JsonError } from './json-error.ts';

/** A JSON value as one would write it, for messages. */
export function written(json: unknown): string {
  return JSON.stringify(json, (_, value) => (typeof value === 'bigint' ? Number(value) : value)) ?? '';
}

type Convert = (json: unknown) => unknown;

/** A value protobuf can't hold; the caller knows the path. */
class Mismatch extends Error {}

/**
 * The value of a field that is no message, from its JSON form.
 * @throws JsonError naming the path, the value and what was expected
 */
export function scalarFromJson(field: protobuf.Field, json: unknown, path: string): unknown {
  const bytes = idBytes(field);
  const convert = bytes === undefined ? converterOf(field) : hex(bytes);
  try {
    return convert(json);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new JsonError(`${path} is ${written(json).slice(0, 80)}, expected ${error.message}`);
  }
}

function converterOf(field: protobuf.Field): Convert {
  if (field.resolvedType instanceof protobuf.Enum) return integer('int32');
  switch (field.type) {
    case 'string':
      return text;
    case 'bool':
      return bool;
    case 'bytes':
      return base64;
    case 'double':
    case 'float':
      return double;
    default:
      return integer(field.type);
  }
}

/** JSON can escape half of a surrogate pair, which has no UTF-8: U+FFFD stands for it. */
const text: Convert = (json) => (typeof json === 'string' ? json.toWellFormed() : mismatch('a string'));

const bool: Convert = (json) => (typeof json === 'boolean' ? json : mismatch('true or false'));

const base64: Convert = (json) => {
  if (typeof json !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) return mismatch('base64');
  return Buffer.from(json, 'base64');
};

function hex(bytes: number): Convert {
  const pattern = new RegExp(`^([0-9a-fA-F]{${2 * bytes}})?$`);
  return (json) => {
    if (typeof json !== 'string' || !pattern.test(json)) return mismatch(`${2 * bytes} hex digits`);
    return Buffer.from(json, 'hex');
  };
}

const double: Convert = (json) => {
  if (typeof json === 'number' || typeof json === 'bigint') return Number(json);
  if (typeof json !== 'string' || !/^(-?\d+(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/.test(json))
    return mismatch('a number');
  return Number(json);
};

/** The bounds of protobuf's integer types, by their names without the wire format in them. */
const BOUNDS: Readonly<Record<string, readonly [min: bigint, max: bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const PLAIN_NAMES: Readonly<Record<string, string>> = {
  sint32: 'int32',
  sfixed32: 'int32',
  fixed32: 'uint32',
  sint64: 'int64',
  sfixed64: 'int64',
  fixed64: 'uint64',
};

function integer(type: string): Convert {
  const name = PLAIN_NAMES[type] ?? type;
  const [min, max] = BOUNDS[name]!;
  const expected = `an integer from ${min} to ${max}`;
  return (json) => {
    const digits = typeof json === 'number' || typeof json === 'bigint' ? integerText(json) : json;
    if (typeof digits !== 'string' || !/^-?\d{1,20}$/.test(digits)) return mismatch(expected);
    const value = BigInt(digits);
    if (value < min || value > max) return mismatch(expected);
    return name.endsWith('64') ? halves(value) : Number(value);
  };
}

/** 64 bits in the form protobufjs encodes them from. */
const halves = (value: bigint) => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
});

const integerText = (json: number | bigint) =>
  typeof json === 'bigint' || Number.isInteger(json) ? BigInt(json).toString() : undefined;

function mismatch(expected: string): never {
  throw new Mismatch(expected);
}
