import protobuf from 'protobufjs';
import type { Signal } from '../mapping/statements.ts';
import { idBytes, isItem, requestType } from './otlp-schema.ts';

/** What the framing check knows of one field. */
export interface Field {
  /** The wire types it may have, as bits: `1 << type`. */
  readonly wires: number;
  /** The message inside, when it is one. */
  readonly message: Shape | undefined;
  /** The only length it may have besides zero: ids. */
  readonly idBytes: number | undefined;
  /** It is 0 or 1: ClickHouse reads no other number as a bool. */
  readonly isBool: boolean;
  /** Bytes of each number of a packed list; 0 where these tell their ends themselves. */
  readonly packedBytes: number | undefined;
  /** It has 32 bits, of which so many are in a number's fifth byte: ClickHouse does not cut off the others, as parsers do. */
  readonly narrowBits: 3 | 4 | undefined;
  /**
   * A bit for what may be there once, which all fields of one oneof share; 0 for lists. A parser takes the last of two values
   * and merges two messages; ClickHouse does neither.
   */
  readonly once: number;
}

/** A message: its fields by number. A number that is not here is a newer field and is skipped, as protobuf asks. */
export interface Shape {
  readonly fields: (Field | undefined)[];
  /** One of these is one span, log record or data point. */
  readonly isItem: boolean;
  /** Nothing but the known fields may be in it. The request itself is strict, so that other bytes don't pass for OTLP. */
  readonly isClosed: boolean;
  /** It is a KeyValue: most of a request's messages are, so the walk has a short way through them. */
  readonly isAttribute: boolean;
}

/** Protobuf's wire type of texts, bytes, messages and packed numbers. */
const LENGTH_DELIMITED = 2;

/** Protobuf's wire types of numbers of a fixed length. */
const BYTES_OF_WIRE: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** The messages of each signal's export request. */
export const REQUEST_SHAPES: Readonly<Record<Signal, Shape>> = {
  traces: shapeOf(requestType('traces')),
  logs: shapeOf(requestType('logs')),
  metrics: shapeOf(requestType('metrics')),
};

function shapeOf(type: protobuf.Type, known = new Map<protobuf.Type, Shape>()): Shape {
  const existing = known.get(type);
  if (existing !== undefined) return existing;
  const fields: (Field | undefined)[] = Array.from({ length: Math.max(0, ...type.fieldsArray.map((f) => f.id)) + 1 });
  const shape: Shape = {
    fields,
    isItem: isItem(type),
    isClosed: type.name.startsWith('Export'),
    isAttribute: type.name === 'KeyValue',
  };
  // Registered before its fields are: AnyValue contains itself.
  known.set(type, shape);
  for (const field of type.fieldsArray) {
    const message = field.resolvedType instanceof protobuf.Type ? shapeOf(field.resolvedType, known) : undefined;
    fields[field.id] = {
      wires: wiresOf(field),
      message,
      idBytes: idBytes(field),
      isBool: field.type === 'bool',
      narrowBits: narrowBits(field),
      packedBytes: packedBytes(field),
      once: onceBit(field, type.fieldsArray),
    };
  }
  return shape;
}

function packedBytes(field: protobuf.Field): number | undefined {
  const wire = wireOf(field);
  return field.repeated && wire !== LENGTH_DELIMITED ? (BYTES_OF_WIRE[wire] ?? 0) : undefined;
}

/** A signed number's highest bit is the sign, which protobuf writes as ten bytes. */
function narrowBits(field: protobuf.Field): 3 | 4 | undefined {
  if (wireOf(field) !== 0 || field.type.endsWith('64')) return undefined;
  return field.resolvedType instanceof protobuf.Enum || field.type === 'int32' ? 3 : 4;
}

/** No message has more fields than there are bits. */
function onceBit(field: protobuf.Field, siblings: readonly protobuf.Field[]): number {
  if (field.repeated) return 0;
  const oneof = oneofOf(field);
  const first = oneof === undefined ? field : siblings.find((sibling) => oneofOf(sibling) === oneof)!;
  return 1 << siblings.indexOf(first);
}

/** An optional field is in a oneof of its own only in the eyes of protobuf's compiler. */
function oneofOf({ partOf }: protobuf.Field): protobuf.OneOf | undefined {
  return partOf !== null && partOf.fieldsArray.length > 1 ? partOf : undefined;
}

function wireOf(field: protobuf.Field): number {
  const scalars: Readonly<Record<string, number>> = protobuf.types.basic;
  return field.resolvedType instanceof protobuf.Enum ? 0 : (scalars[field.type] ?? LENGTH_DELIMITED);
}

function wiresOf(field: protobuf.Field): number {
  const single = wireOf(field);
  // A parser must take a repeated number packed or not, whichever the schema says.
  const packed = field.repeated && single !== LENGTH_DELIMITED ? 1 << LENGTH_DELIMITED : 0;
  return (1 << single) | packed;
}
