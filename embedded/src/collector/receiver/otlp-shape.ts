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
    fields[field.id] = { wires: wiresOf(field), message, idBytes: idBytes(field) };
  }
  return shape;
}

function wiresOf(field: protobuf.Field): number {
  const scalars: Readonly<Record<string, number>> = protobuf.types.basic;
  const single = field.resolvedType instanceof protobuf.Enum ? 0 : (scalars[field.type] ?? LENGTH_DELIMITED);
  // A parser must take a repeated number packed or not, whichever the schema says.
  const packed = field.repeated && single !== LENGTH_DELIMITED ? 1 << LENGTH_DELIMITED : 0;
  return (1 << single) | packed;
}
