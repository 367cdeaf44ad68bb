import protobuf from 'protobufjs';
import type { Signal } from '../../mapping/statements.ts';
import type { PartialSuccess } from '../answer.ts';
import { encodeItem, isItem, requestOfEncodedItems, requestType } from '../otlp-schema.ts';
import { JsonError } from './json-error.ts';
import { parseJson } from './parse-json.ts';
import { scalarFromJson, written } from './scalar-from-json.ts';

/** Deeper nesting than this is refused, as in protobuf. */
const MAX_DEPTH = 100;

/** A request in protobuf, without the items that were invalid. */
export interface DecodedJson {
  readonly bytes: Uint8Array;
  /** Present when items were left out. */
  readonly partial: PartialSuccess | undefined;
}

/**
 * Turns OTLP/JSON into the protobuf message it stands for: field names in lowerCamelCase, ids in hex, 64-bit integers as
 * strings or numbers, enumerations as numbers, unknown fields ignored
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 *
 * A span, log record or data point that can't be read is left out by itself and counted.
 *
 * @throws JsonError when the request as a whole can't be read
 */
export function decodeJson(signal: Signal, text: Buffer): DecodedJson {
  const decoder = new Decoder();
  const message = decoder.message(requestType(signal), parseJson(text), '', 0);
  const bytes = requestOfEncodedItems(signal).encode(message).finish();
  const { rejected, firstProblem } = decoder;
  return { bytes, partial: rejected === 0 ? undefined : { rejected, errorMessage: firstProblem } };
}

/** Counts, over one request, what is left out. */
class Decoder {
  rejected = 0;
  firstProblem = '';

  message(type: protobuf.Type, json: unknown, path: string, depth: number): protobuf.Message {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new JsonError(`${path || 'the request'} is ${describe(json)}, expected an object (${type.name})`);
    }
    if (depth > MAX_DEPTH) throw new JsonError(`${path} is nested deeper than ${MAX_DEPTH} levels`);
    const fields: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(json)) {
      // The names of a JSON text are anyone's choice: `constructor` is no field.
      const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
      // null is the same as absent in protobuf's JSON.
      if (field === undefined || value === null) continue;
      const at = path === '' ? name : `${path}.${name}`;
      fields[name] = field.repeated ? this.#list(field, value, at, depth) : this.#value(field, value, at, depth);
    }
    return type.create(fields);
  }

  #list(field: protobuf.Field, json: unknown, path: string, depth: number): unknown[] {
    if (!Array.isArray(json)) throw new JsonError(`${path} is ${describe(json)}, expected an array`);
    const values: unknown[] = [];
    for (const [i, element] of json.entries()) {
      const at = `${path}[${i}]`;
      if (field.resolvedType instanceof protobuf.Type && isItem(field.resolvedType)) {
        const item = this.#item(field.resolvedType, element, at, depth);
        if (item !== undefined) values.push(item);
      } else values.push(this.#value(field, element, at, depth));
    }
    return values;
  }

  /** In bytes at once: as objects, items take ten times the memory of their text. */
  #item(type: protobuf.Type, json: unknown, path: string, depth: number): Uint8Array | undefined {
    try {
      return encodeItem(type, this.message(type, json, path, depth + 1));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      this.rejected++;
      this.firstProblem ||= error.message;
      return undefined;
    }
  }

  #value(field: protobuf.Field, json: unknown, path: string, depth: number): unknown {
    if (field.resolvedType instanceof protobuf.Type) return this.message(field.resolvedType, json, path, depth + 1);
    return scalarFromJson(field, json, path);
  }
}

/** What a person would call a JSON value. */
function describe(json: unknown): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'an array';
  return typeof json === 'object' ? 'an object' : `the ${typeof json} ${written(json).slice(0, 60)}`;
}
