/** gRPC status codes by number: https://grpc.io/docs/guides/status-codes/ */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** The codes after which the OTLP specification has a client try again: https://opentelemetry.io/docs/specs/otlp/#failures */
const RETRIABLE = new Set([
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** Codes that grpc-js also uses for a connection that broke under a call, which is no verdict on the batch. */
const AMBIGUOUS = new Set(['INTERNAL', 'UNKNOWN']);

/** How often a batch may meet an ambiguous code before it counts as a verdict. */
const AMBIGUOUS_ATTEMPTS = 5;

/** What to do with a batch after a failed attempt. */
export type Verdict = 'retry' | 'split' | 'reject';

/** The name of a status code; `ERROR` for a failure that has none. */
export function statusName(code: number | undefined): string {
  return (code === undefined ? undefined : NAMES[code]) ?? 'ERROR';
}

/** Whether a code may be about the connection and not about the batch. */
export function isAmbiguous(code: number | undefined): boolean {
  return AMBIGUOUS.has(statusName(code));
}

/** Judges a failed attempt on a batch. `ambiguous`: how many of its attempts, this one included, ended in an ambiguous code. */
export function judge(failure: { code: number | undefined; message: string }, ambiguous: number): Verdict {
  const name = statusName(failure.code);
  // Receivers answer RESOURCE_EXHAUSTED to a message above their limit (4 MiB by default); waiting would not shrink it.
  if (name === 'RESOURCE_EXHAUSTED' && /larger than max|too large/i.test(failure.message)) return 'split';
  if (RETRIABLE.has(name)) return 'retry';
  if (AMBIGUOUS.has(name) && ambiguous < AMBIGUOUS_ATTEMPTS) return 'retry';
  return 'reject';
}
