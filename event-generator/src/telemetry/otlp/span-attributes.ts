import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { firstKnown } from '../known-attributes.ts';
import { writeAttribute, writeAttributes } from './attributes.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Attributes that many spans begin with, as bytes. */
interface Written {
  readonly entries: readonly (readonly [key: string, value: Attributes[string]])[];
  readonly bytes: Uint8Array;
}

const written = new WeakMap<Attributes, Written>();

/**
 * Writes a span's attributes as fields of `tag`. Most of them are the same on all spans of an operation: those are written once, and
 * copied as long as the span has them.
 */
export function writeAttributesOfSpan(writer: ProtobufWriter, tag: number, span: ReadableSpan): void {
  const { attributes } = span;
  const known = firstKnown(span);
  if (known === undefined) {
    writeAttributes(writer, tag, attributes);
    return;
  }
  const { entries, bytes } = written.get(known) ?? write(tag, known);
  for (const [key, value] of entries) {
    if (attributes[key] === value) continue;
    writeAttributes(writer, tag, attributes);
    return;
  }
  writer.raw(bytes);
  let index = 0;
  for (const key in attributes) {
    // They come first, in their order.
    if (index++ >= entries.length) writeAttribute(writer, tag, key, attributes[key]);
  }
}

function write(tag: number, known: Attributes): Written {
  const writer = new ProtobufWriter(1024);
  writeAttributes(writer, tag, known);
  const made = { entries: Object.entries(known), bytes: Buffer.from(writer.written()) };
  written.set(known, made);
  return made;
}
