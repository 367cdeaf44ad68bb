import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { firstKnown } from '../known-attributes.ts';
import { writeAttribute, writeAttributes } from './attributes.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Attributes that many spans begin with, as bytes. */
interface Written {
  /** In their order. */
  readonly values: readonly Attributes[string][];
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
  const { values, bytes } = written.get(known) ?? write(tag, known);
  let index = 0;
  for (const key in attributes) {
    // They come first, in their order.
    if (index >= values.length) writeAttribute(writer, tag, key, attributes[key]);
    else if (attributes[key] !== values[index]) {
      writeAttributes(writer, tag, attributes);
      return;
    } else if (index === values.length - 1) writer.raw(bytes);
    index++;
  }
}

function write(tag: number, known: Attributes): Written {
  const writer = new ProtobufWriter(1024);
  writeAttributes(writer, tag, known);
  const made = { values: Object.values(known), bytes: Buffer.from(writer.written()) };
  written.set(known, made);
  return made;
}
