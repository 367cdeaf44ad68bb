/**
 * gRPC's status codes that occur here, and whether a server's span counts one as an error: only what is the server's own
 * fault does (https://opentelemetry.io/docs/specs/semconv/rpc/grpc/); a client's span counts all but OK.
 */
export const RPC = {
  OK: { serverError: false },
  ALREADY_EXISTS: { serverError: false },
  FAILED_PRECONDITION: { serverError: false },
  UNAUTHENTICATED: { serverError: false },
  PERMISSION_DENIED: { serverError: false },
  DEADLINE_EXCEEDED: { serverError: true },
  INTERNAL: { serverError: true },
  UNAVAILABLE: { serverError: true },
} as const;
