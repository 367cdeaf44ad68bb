import type { ItemsByService } from '../ledger/settle.ts';
import type { Origin } from './origin.ts';
import { ProtobufWriter, varintSize } from './protobuf-writer.ts';

/** An export request, ready to be sent: the same bytes each time. */
export interface Request {
  /** `Export…ServiceRequest` */
  readonly body: Uint8Array;
  readonly items: ItemsByService;
}

/** A request of spans or log records. */
export interface Batch extends Request {
  /** What the body is made of, those of one resource behind each other. */
  readonly parts: readonly Part[];
}

/** Items of one origin. */
export interface Part {
  readonly origin: Origin;
  readonly count: number;
  /** Field 2 of a `Scope…` message, `count` times. */
  readonly items: Uint8Array;
}

/** Puts parts together: the items under their scopes, those under their resources. */
export function createBatch(parts: readonly Part[]): Batch {
  const resources = byResource(parts);
  // A little more: the writer makes room before it knows how long a length is.
  const body = new ProtobufWriter(resources.reduce((sum, { size }) => sum + fieldSize(size), 16));
  const items = new Map<string, number>();
  const moved: Part[] = [];
  for (const { origin, size, scopes } of resources) {
    body.header(0x0a, size);
    body.raw(origin.resourceField);
    for (const part of scopes) {
      body.header(0x12, scopeSize(part));
      body.raw(part.origin.scopeField);
      const start = body.length;
      body.raw(part.items);
      // Of the new body, so that nothing else is kept.
      moved.push({ ...part, items: body.written(start) });
      body.raw(part.origin.scopeSchema);
      items.set(origin.service, (items.get(origin.service) ?? 0) + part.count);
    }
    body.raw(origin.resourceSchema);
  }
  return { body: body.written(), items, parts: moved };
}

/** Two smaller batches of the same items, in order; undefined for a batch of one item. */
export function splitBatch({ parts }: Batch): readonly [Batch, Batch] | undefined {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total < 2) return undefined;
  const halves: [Part[], Part[]] = [[], []];
  let room = total >> 1;
  for (const part of parts) {
    const first = Math.min(room, part.count);
    const end = endOf(part.items, first);
    if (first > 0) halves[0].push({ ...part, count: first, items: part.items.subarray(0, end) });
    if (first < part.count) halves[1].push({ ...part, count: part.count - first, items: part.items.subarray(end) });
    room -= first;
  }
  return [createBatch(halves[0]), createBatch(halves[1])];
}

interface ResourcePart {
  readonly origin: Origin;
  readonly scopes: Part[];
  /** Of its message. */
  size: number;
}

function byResource(parts: readonly Part[]): ResourcePart[] {
  const resources: ResourcePart[] = [];
  for (const part of parts) {
    const { origin } = part;
    let last = resources.at(-1);
    if (last?.origin.resource !== origin.resource) {
      last = { origin, scopes: [], size: origin.resourceField.length + origin.resourceSchema.length };
      resources.push(last);
    }
    last.scopes.push(part);
    last.size += fieldSize(scopeSize(part));
  }
  return resources;
}

function scopeSize({ origin, items }: Part): number {
  return origin.scopeField.length + items.length + origin.scopeSchema.length;
}

function fieldSize(size: number): number {
  return 1 + varintSize(size) + size;
}

/** Where the first `count` of the fields in `items` end. */
function endOf(items: Uint8Array, count: number): number {
  let at = 0;
  for (let i = 0; i < count; i++) {
    let length = 0;
    let scale = 1;
    let byte: number;
    do {
      // Behind the tag of one byte; written by a RequestWriter, so it is all there.
      byte = items[++at]!;
      length += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte > 0x7f);
    at += 1 + length;
  }
  return at;
}
