import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { writeAttributes } from './attributes.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

type InstrumentationScope = ReadableSpan['instrumentationScope'];

/** What spans and log records have in common. */
interface Item {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/**
 * Writes an Export…ServiceRequest: the items under their scopes, those under their resources, each in the order in which it first comes.
 * `writeItem` writes one of them, without its tag and length.
 */
export function writeGrouped<T extends Item>(
  writer: ProtobufWriter,
  items: readonly T[],
  writeItem: (writer: ProtobufWriter, item: T) => void,
): void {
  for (const [resource, scopes] of group(items)) {
    const ofResource = writer.begin(0x0a);
    writeResource(writer, resource);
    for (const [scope, all] of scopes) {
      const ofScope = writer.begin(0x12);
      writeScope(writer, scope);
      for (const item of all) {
        const start = writer.begin(0x12);
        writeItem(writer, item);
        writer.end(start);
      }
      if (scope.schemaUrl) writer.string(0x1a, scope.schemaUrl);
      writer.end(ofScope);
    }
    if (resource.schemaUrl) writer.string(0x1a, resource.schemaUrl);
    writer.end(ofResource);
  }
}

function group<T extends Item>(items: readonly T[]): Map<Resource, Map<InstrumentationScope, T[]>> {
  const resources = new Map<Resource, Map<InstrumentationScope, T[]>>();
  for (const item of items) {
    const scopes = resources.get(item.resource) ?? new Map<InstrumentationScope, T[]>();
    if (scopes.size === 0) resources.set(item.resource, scopes);
    const list = scopes.get(item.instrumentationScope);
    if (list) list.push(item);
    else scopes.set(item.instrumentationScope, [item]);
  }
  return resources;
}

function writeResource(writer: ProtobufWriter, { attributes }: Resource): void {
  const start = writer.begin(0x0a);
  writeAttributes(writer, 0x0a, attributes);
  writer.varint(0x10, 0);
  writer.end(start);
}

function writeScope(writer: ProtobufWriter, scope: InstrumentationScope): void {
  const start = writer.begin(0x0a);
  writer.string(0x0a, scope.name);
  if (scope.version) writer.string(0x12, scope.version);
  writer.end(start);
}
