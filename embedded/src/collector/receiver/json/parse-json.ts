import { JsonError } from './json-error.ts';

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

// TypeScript's library doesn't know yet that a reviver is given the source text (ES2026).
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/**
 * Parses JSON without losing digits of 64-bit integers that are written as numbers, as OTLP/JSON allows: those that a double
 * can't hold come out as bigints, and not as strings, which names and ids are made of.
 * @throws JsonError
 */
export function parseJson(text: Buffer): unknown {
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(text);
    // A reviver that is told of sources doubles what parsing takes, in time and in memory; hardly any sender needs it.
    return LONG_NUMBER.test(decoded) ? parse(decoded, exactInteger) : JSON.parse(decoded);
  } catch (error) {
    throw new JsonError(`not JSON: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** A number that a double may not hold, or a part of a string that looks like one. */
const LONG_NUMBER = /(?:^|[[:,])\s*-?\d{16}/;

const exactInteger: Reviver = (_key, value, { source }) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
};
