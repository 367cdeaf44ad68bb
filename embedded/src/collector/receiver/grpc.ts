import { isIPv6 } from 'node:net';
import {
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type sendUnaryData,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js';
import type { Signal } from '../mapping/statements.ts';
import { SIGNALS } from '../signals.ts';
import type { Tuning } from '../tuning.ts';
import { encodeRetryDetails } from './answer.ts';
import type { Intake } from './intake.ts';
import { listenError, type Receiver } from './receiver.ts';
import { refusalOf } from './refusal.ts';
import type { MemoryShare, RequestMemory } from './request-memory.ts';

/** What a gRPC receiver listens on and works with. */
export interface GrpcOptions {
  readonly host: string;
  readonly port: number;
  readonly memory: RequestMemory;
  readonly tuning: Tuning;
}

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
};

/** Messages stay bytes in both directions: nothing is decoded. */
const identity = (bytes: Buffer) => bytes;
const EMPTY_RESPONSE = Buffer.alloc(0);

/**
 * OTLP/gRPC: the Export methods of three services.
 * @throws Error when the port is taken
 */
export async function startGrpc(options: GrpcOptions, intake: Intake): Promise<Receiver> {
  // It would print less than our own errors say, and in a form of its own.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': options.tuning.maxRequestBytes,
    // Together with the window: what one connection can make us buffer of calls that are not yet let in, 25 MiB.
    'grpc.max_concurrent_streams': 100,
    'grpc-node.flow_control_window': 256 * 1024,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    interceptors: [admission(options)],
  });
  for (const signal of SIGNALS) {
    const path = `/${SERVICES[signal]}/Export`;
    const Export = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    } as const;
    server.addService({ Export }, { Export: exportHandler(signal, intake, options.tuning) });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(authority(options), ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(listenError('OTLP/gRPC', options, error));
      else resolve(bound);
    });
  });
  return { port, stop: (graceMillis) => stop(server, graceMillis) };
}

/** grpc-js takes a URL's authority, in which the colons of an IPv6 address stand in brackets. */
function authority({ host, port }: GrpcOptions): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function exportHandler(signal: Signal, intake: Intake, tuning: Tuning) {
  return ({ request }: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => {
    intake(signal, request).then(
      () => respond(null, EMPTY_RESPONSE),
      (error: unknown) => {
        const refusal = refusalOf(error);
        const metadata = new Metadata();
        if (refusal.isRetryable) {
          metadata.set('grpc-status-details-bin', encodeRetryDetails(refusal, tuning.retryAfterSeconds));
        }
        respond({ code: refusal.code, details: refusal.message, metadata });
      },
    );
  };
}

/**
 * Lets a call's message in only when there is memory for the largest one, and gives back what it does not need when it is
 * there. Until then the call's HTTP/2 window holds its sender up. gRPC tells no length in advance.
 */
function admission({ memory, tuning }: GrpcOptions): ServerInterceptor {
  return (_method, call) => {
    const waiting = new AbortController();
    let share: MemoryShare | undefined;
    const end = () => {
      clearTimeout(timer);
      waiting.abort();
      share?.release();
    };
    const timer = setTimeout(() => {
      call.sendStatus({ code: status.DEADLINE_EXCEEDED, details: `no complete request in ${tuning.requestMillis} ms` });
      end();
    }, tuning.requestMillis);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            memory.reserve(tuning.maxRequestBytes, waiting.signal).then(
              (granted) => {
                share = granted;
                proceed(metadata);
              },
              // Cancelled while it waited: nobody is there to be told.
              () => {},
            );
          },
          onReceiveMessage: (message: Buffer, proceed) => {
            clearTimeout(timer);
            share?.shrinkTo(message.length);
            proceed(message);
          },
          onCancel: end,
        }),
      sendStatus: (sent, next) => {
        end();
        next(sent);
      },
    });
  };
}

/** Lets calls in flight end, for a while. */
async function stop(server: Server, graceMillis: number): Promise<void> {
  const timer = setTimeout(() => server.forceShutdown(), graceMillis);
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(timer);
}
