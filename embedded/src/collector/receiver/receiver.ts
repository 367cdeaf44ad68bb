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

/** The error to throw when `service` can't listen at `host:port`. */
export function listenError(
  service: string,
  { host, port }: { host: string; port: number },
  cause: Error,
): ListenError {
  const setting = service === 'OTLP/gRPC' ? 'OTLP_GRPC_PORT' : 'OTLP_HTTP_PORT';
  // grpc-js gives a text only.
  const isTaken = cause.message.includes('EADDRINUSE');
  const what = isTaken ? `port ${port} on ${host} is taken` : cause.message;
  return new ListenError(
    `${service} can't listen: ${what}. End the program that has it, or set ${setting} to another port.`,
    {
      cause,
    },
  );
}
