import { Reader } from 'protobufjs';
import { REQUEST_SHAPES, type Shape } from '../../embedded/src/collector/receiver/otlp-shape.ts';

const LENGTH_DELIMITED = 2;

/** Where the ids of traces and spans begin, those of parents and links included, in the bytes of an `ExportTraceServiceRequest`. */
export function idOffsets(body: Uint8Array): number[] {
  const offsets: number[] = [];
  walk(Reader.create(body), REQUEST_SHAPES.traces, body.length, offsets);
  return offsets;
}

function walk(reader: Reader, shape: Shape, end: number, offsets: number[]): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if ((tag & 7) !== LENGTH_DELIMITED) {
      reader.skipType(tag & 7);
      continue;
    }
    const length = reader.uint32();
    const after = reader.pos + length;
    const field = shape.fields[tag >>> 3];
    if (field?.idBytes !== undefined && length > 0) offsets.push(reader.pos);
    else if (field?.message !== undefined) walk(reader, field.message, after, offsets);
    reader.pos = after;
  }
}
