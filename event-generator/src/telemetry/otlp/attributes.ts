import type { AnyValue } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** The tags of `opentelemetry.proto.common.v1`: KeyValue, AnyValue and, alike, its ArrayValue and KeyValueList. */
const KEY = 0x0a;
const VALUE = 0x12;
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const ARRAY = 0x2a;
const MAP = 0x32;
const BYTES = 0x3a;
const ELEMENT = 0x0a;

/** Writes attributes as repeated KeyValue fields of `tag`. */
export function writeAttributes(
  writer: ProtobufWriter,
  tag: number,
  attributes: Readonly<Record<string, AnyValue>>,
): void {
  for (const key in attributes) writeAttribute(writer, tag, key, attributes[key]);
}

/** Writes one attribute as a KeyValue field of `tag`. */
export function writeAttribute(writer: ProtobufWriter, tag: number, key: string, value: AnyValue): void {
  const pair = writer.begin(tag);
  writer.string(KEY, key);
  writeAnyValue(writer, VALUE, value);
  writer.end(pair);
}

/** Writes a value as an AnyValue field of `tag`, empty where there is none. */
export function writeAnyValue(writer: ProtobufWriter, tag: number, value: AnyValue): void {
  const start = writer.begin(tag);
  if (typeof value === 'string') writer.string(STRING, value);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (typeof value === 'boolean') writer.varint(BOOL, value ? 1 : 0);
  else if (value instanceof Uint8Array) writer.bytes(BYTES, value);
  else if (Array.isArray(value)) {
    const array = writer.begin(ARRAY);
    for (const element of value) writeAnyValue(writer, ELEMENT, element);
    writer.end(array);
  } else if (value !== null && value !== undefined) {
    const map = writer.begin(MAP);
    // Neither a scalar nor bytes nor an array.
    writeAttributes(writer, ELEMENT, value as Record<string, AnyValue>);
    writer.end(map);
  }
  writer.end(start);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) writer.varint(INT, value);
  else writer.double(DOUBLE, value);
}
