/** The status codes of gRPC that are answered (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md). */
export const status = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** See {@link status}. */
export type StatusCode = (typeof status)[keyof typeof status];
