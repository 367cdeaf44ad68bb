import type { Signal } from '../../src/collector/mapping/statements.ts';

/** A request as it goes over the wire: all a sender decides. */
export interface FuzzRequest {
  readonly transport: 'grpc' | 'http';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** HTTP's body; over gRPC its frames. */
  readonly body: Buffer;
}

/** The Export methods of OTLP/gRPC. */
export const GRPC_PATHS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};

const MEDIA_TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** A request as an exporter sends it over HTTP. */
export function httpRequest(
  signal: Signal,
  body: Buffer,
  encoding: keyof typeof MEDIA_TYPES = 'protobuf',
): FuzzRequest {
  return {
    transport: 'http',
    method: 'POST',
    path: `/v1/${signal}`,
    headers: { 'content-type': MEDIA_TYPES[encoding] },
    body,
  };
}

/** A request as an exporter sends it over gRPC; `frames` are its length-prefixed message. */
export function grpcRequest(signal: Signal, frames: Buffer): FuzzRequest {
  return {
    transport: 'grpc',
    method: 'POST',
    path: GRPC_PATHS[signal],
    headers: { 'content-type': 'application/grpc', te: 'trailers' },
    body: frames,
  };
}
