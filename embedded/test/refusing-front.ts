import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { type Cleanup, grpcClient } from './collector.ts';

const SERVICES = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
} as const;

/** See {@link startRefusingFront}. */
export interface RefusingFront {
  readonly port: number;
  /** Calls refused so far. */
  refused(): number;
}

/**
 * Stands before a collector and passes OTLP/gRPC on to it, but refuses every nth call, alternately before the collector has seen it and after
 * the collector has taken it: the sender tries again either way.
 */
export async function startRefusingFront(t: Cleanup, collectorPort: number, nth: number): Promise<RefusingFront> {
  const collector = grpcClient(t, collectorPort);
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  let calls = 0;
  for (const [signal, service] of Object.entries(SERVICES) as [keyof typeof SERVICES, string][]) {
    const handle: handleUnaryCall<Buffer, Buffer> = async (call, done) => {
      const refusal = ++calls % nth === 0 ? calls / nth : 0;
      const busy = { code: status.UNAVAILABLE, details: 'try again' };
      if (refusal % 2 === 1) return done(busy);
      const { code, details, response } = await collector.send(signal, call.request);
      if (refusal > 0) return done(busy);
      if (code === status.OK) done(null, response ?? Buffer.alloc(0));
      else done({ code, details });
    };
    const asItIs = (bytes: Buffer) => bytes;
    server.addService(
      {
        Export: {
          path: `/${service}/Export`,
          requestStream: false,
          responseStream: false,
          requestSerialize: asItIs,
          requestDeserialize: asItIs,
          responseSerialize: asItIs,
          responseDeserialize: asItIs,
        },
      },
      { Export: handle },
    );
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  t.after(() => server.forceShutdown());
  return { port, refused: () => Math.floor(calls / nth) };
}
