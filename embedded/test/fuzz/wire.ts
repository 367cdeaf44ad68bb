import protobuf from 'protobufjs';
import type { Signal } from '../../src/collector/mapping/statements.ts';
import { requestType } from '../../src/collector/receiver/otlp-schema.ts';

/** One field of a protobuf message as it stands on the wire, open to be written wrongly. */
export interface WireField {
  number: number;
  wire: number;
  /** A message's fields where the schema says it is one; otherwise what follows the tag, without the length. */
  content: WireField[] | Buffer;
  /** What the schema calls it: `Span.traceId`. */
  readonly name: string;
  /** The schema's type of it: `string`, `fixed64`, `Span`. */
  readonly type: string;
  /** Written in place of the right length. */
  length?: Buffer;
  /** Written in place of the tag. */
  tag?: Buffer;
}

/** The fields of a valid request, down to the last attribute. */
export function readFields(signal: Signal, body: Buffer): WireField[] {
  return fieldsOf(body, requestType(signal));
}

/** Bytes again; without changes, those that were read. */
export function writeFields(fields: readonly WireField[]): Buffer {
  return Buffer.concat(
    fields.map((field) => {
      const content = Buffer.isBuffer(field.content) ? field.content : writeFields(field.content);
      const tag = field.tag ?? varint(BigInt(field.number) * 8n + BigInt(field.wire));
      return Buffer.concat(field.wire === 2 ? [tag, field.length ?? varint(content.length), content] : [tag, content]);
    }),
  );
}

/** All fields of a tree, outer ones before those in them. */
export function allFields(fields: readonly WireField[]): WireField[] {
  return fields.flatMap((field) => [field, ...(Buffer.isBuffer(field.content) ? [] : allFields(field.content))]);
}

/** A number as protobuf writes it, or with `bytes` given, in so many bytes more than it needs. */
export function varint(number: number | bigint, bytes = 1): Buffer {
  const written: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(number)); ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 128n && written.length + 1 >= bytes) return Buffer.from([...written, low]);
    written.push(low | 0x80);
  }
}

/** A field of wire type 2 that belongs to no schema. */
export function sized(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function fieldsOf(bytes: Buffer, message: protobuf.Type): WireField[] {
  const fields: WireField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [tag, afterTag] = readVarint(bytes, at);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    const field = message.fieldsById[number];
    const inner = field?.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined;
    const [from, to] = contentOf(bytes, afterTag, wire);
    const content = bytes.subarray(from, to);
    fields.push({
      number,
      wire,
      content: wire === 2 && inner !== undefined ? fieldsOf(content, inner) : content,
      name: `${message.name}.${field?.name ?? number}`,
      type: field?.type ?? 'unknown',
    });
    at = to;
  }
  return fields;
}

function contentOf(bytes: Buffer, at: number, wire: number): [from: number, to: number] {
  if (wire === 1) return [at, at + 8];
  if (wire === 5) return [at, at + 4];
  const [value, after] = readVarint(bytes, at);
  return wire === 0 ? [at, after] : [after, after + value];
}

function readVarint(bytes: Buffer, from: number): [value: number, after: number] {
  let value = 0;
  for (let at = from, scale = 1; ; at++, scale *= 128) {
    value += (bytes[at]! & 0x7f) * scale;
    if (bytes[at]! < 0x80) return [value, at + 1];
  }
}
