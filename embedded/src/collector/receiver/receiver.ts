import type { Server } from 'node:net';
import type { PortLimits } from '../../port-limits.ts';
import type { Log } from '../log.ts';
import type { CollectorOptions } from '../options.ts';
import type { Tuning } from '../tuning.ts';
import type { RequestMemory } from './request-memory.ts';

/** What a receiver listens on and works with. */
export interface ReceiverOptions {
  readonly host: string;
  /** See {@link CollectorOptions}. */
  readonly allowedHosts: readonly string[];
  /** 0 lets the system choose. */
  readonly port: number;
  readonly memory: RequestMemory;
  readonly limits: PortLimits;
  readonly tuning: Tuning;
  readonly log: Log;
}

/** A port that OTLP comes in through. */
export interface Receiver {
  /** The port it listens on: the one asked for, or the one the system chose for 0. */
  readonly port: number;
  /** Takes no more requests and resolves when those in flight are answered, or after `graceMillis`. */
  stop(graceMillis: number): Promise<void>;
}

/** The collector can't listen where it was told to. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Lets `server` listen, and resolves to its port: the one asked for, or the one the system chose for 0.
 * @throws ListenError
 */
export async function listen(
  server: Server,
  service: 'OTLP/gRPC' | 'OTLP/HTTP',
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(service, { host, port }, error)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`expected a port, got ${address}`);
  return address.port;
}

function listenError(service: string, { host, port }: { host: string; port: number }, cause: Error): ListenError {
  const setting = service === 'OTLP/gRPC' ? 'OTLP_GRPC_PORT' : 'OTLP_HTTP_PORT';
  const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
  const what = isTaken ? `port ${port} on ${host} is taken` : cause.message;
  const advice = `End the program that has it, or set ${setting} to another port.`;
  return new ListenError(`${service} can't listen: ${what}. ${advice}`, { cause });
}
