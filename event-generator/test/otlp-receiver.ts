import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import type { Signal } from '../src/telemetry/signal.ts';
import { messagesAt } from './protobuf.ts';

/** An export as it came in. */
export interface ReceivedExport {
  readonly signal: Signal;
  readonly body: Buffer;
  /** Spans, log records or data points in it. */
  readonly items: number;
  readonly metadata: Metadata;
}

/** What a receiver answers: nothing for a full success. */
export type Answer =
  | undefined
  | { readonly code: status; readonly details: string; readonly metadata?: Metadata }
  | { readonly rejected: number; readonly message: string };

/** An OTLP/gRPC receiver in this process. */
export interface OtlpReceiver {
  readonly endpoint: string;
  readonly port: number;
  /** Every call that came in, whatever it was answered. */
  readonly calls: readonly ReceivedExport[];
  /** Those answered with success, partial or full. */
  readonly taken: readonly ReceivedExport[];
  /** Items in `taken`, by signal. */
  takenItems(signal: Signal): number;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a receiver on `port` of this machine (0: any), which answers each call as `answer` says. */
export async function startOtlpReceiver(
  answer: (received: ReceivedExport, callNumber: number) => Answer | Promise<Answer> = () => undefined,
  { port = 0, maxMessageBytes = 4 * 1024 * 1024 } = {},
): Promise<OtlpReceiver> {
  const calls: ReceivedExport[] = [];
  const taken: ReceivedExport[] = [];
  const handle =
    (signal: Signal): handleUnaryCall<Buffer, Buffer> =>
    async (call, done) => {
      const received = { signal, body: call.request, items: countItems(signal, call.request), metadata: call.metadata };
      calls.push(received);
      const given = await answer(received, calls.length);
      if (given && 'code' in given) return done(given as Partial<StatusObject>);
      taken.push(received);
      done(null, given ? partialSuccess(given) : Buffer.alloc(0));
    };

  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes });
  server.addService(service('trace.v1.TraceService'), { Export: handle('traces') });
  server.addService(service('logs.v1.LogsService'), { Export: handle('logs') });
  server.addService(service('metrics.v1.MetricsService'), { Export: handle('metrics') });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, actual) =>
      error ? reject(error) : resolve(actual),
    );
  });
  const stop = async () => server.forceShutdown();
  return {
    endpoint: `http://127.0.0.1:${bound}`,
    port: bound,
    calls,
    taken,
    takenItems: (signal) => taken.reduce((sum, each) => sum + (each.signal === signal ? each.items : 0), 0),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export { Metadata, status };

function service(name: string): ServiceDefinition {
  const asIs = (bytes: Buffer) => bytes;
  return {
    Export: {
      path: `/opentelemetry.proto.collector.${name}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
}

/** Export…ServiceResponse { partial_success = 1 { rejected = 1, error_message = 2 } } */
function partialSuccess({ rejected, message }: { rejected: number; message: string }): Buffer {
  const text = Buffer.from(message);
  const inner = Buffer.concat([Buffer.from([0x08, rejected, 0x12, text.length]), text]);
  return Buffer.concat([Buffer.from([0x0a, inner.length]), inner]);
}

/** resource_spans/logs = 1, scope_spans/logs = 2, spans/log_records = 2. */
function countItems(signal: Signal, body: Buffer): number {
  return signal === 'metrics' ? dataPointsIn(body).length : messagesAt(body, 1, 2, 2).length;
}

/** The data points of an ExportMetricsServiceRequest: gauge = 5, sum = 7, histogram = 9, exponential_histogram = 10. */
export function dataPointsIn(body: Buffer): Buffer[] {
  const metrics = messagesAt(body, 1, 2, 2);
  return metrics.flatMap((metric) => [5, 7, 9, 10].flatMap((kind) => messagesAt(metric, kind, 1)));
}
