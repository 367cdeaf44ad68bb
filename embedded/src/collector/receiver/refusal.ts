import { SpoolFullError, SpoolWriteError } from '../spool/spool-error.ts';
import { FramingError } from './framing.ts';
import { type StatusCode, status } from './grpc-status.ts';
import { JsonError } from './json/json-error.ts';

/** A request that is not accepted, in the terms of both protocols. Whoever reads one is the sender. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** HTTP's status. */
  readonly httpStatus: number;
  /** gRPC's status code. */
  readonly code: StatusCode;

  constructor(httpStatus: number, code: StatusCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.httpStatus = httpStatus;
    this.code = code;
  }

  /** Whether the same request can succeed later. OTLP clients go by the status. */
  get isRetryable(): boolean {
    return this.httpStatus === 503;
  }
}

/** The refusal that an error met on the way means. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof FramingError || error instanceof JsonError) {
    return new Refusal(400, status.INVALID_ARGUMENT, message);
  }
  if (error instanceof SpoolFullError) return new Refusal(503, status.RESOURCE_EXHAUSTED, message);
  if (error instanceof SpoolWriteError) {
    return new Refusal(503, isDiskFull(error.cause) ? status.RESOURCE_EXHAUSTED : status.UNAVAILABLE, message);
  }
  return new Refusal(500, status.INTERNAL, message, { cause: error });
}

function isDiskFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}
