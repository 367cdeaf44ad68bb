import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { writeAttributes } from './attributes.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

export type InstrumentationScope = ReadableSpan['instrumentationScope'];

/** Who items come from, as the bytes that surround them in a request: the same in every one. */
export interface Origin {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  /** `service.name` */
  readonly service: string;
  /** The fields `resource` and `schema_url` of a `Resource…` message. */
  readonly resourceField: Uint8Array;
  readonly resourceSchema: Uint8Array;
  /** The fields `scope` and `schema_url` of a `Scope…` message. */
  readonly scopeField: Uint8Array;
  readonly scopeSchema: Uint8Array;
}

/** What surrounds the items of `scope` under `resource`. */
export function createOrigin(resource: Resource, scope: InstrumentationScope): Origin {
  return {
    resource,
    scope,
    service: String(resource.attributes[ATTR_SERVICE_NAME]),
    resourceField: write((writer) => writeResource(writer, resource)),
    resourceSchema: write((writer) => writeSchema(writer, resource)),
    scopeField: write((writer) => writeScope(writer, scope)),
    scopeSchema: write((writer) => writeSchema(writer, scope)),
  };
}

function write(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter(512);
  write(writer);
  return Buffer.from(writer.written());
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

function writeSchema(writer: ProtobufWriter, { schemaUrl }: { readonly schemaUrl?: string }): void {
  if (schemaUrl) writer.string(0x1a, schemaUrl);
}
