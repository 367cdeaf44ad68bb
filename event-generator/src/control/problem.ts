import { STATUS_CODES } from 'node:http';
import type { Problem } from './schemas.ts';

/** A request that gets no answer but this; `message` is its detail. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** The body that tells it: application/problem+json of RFC 9457. */
export function toProblem({ status, message }: ProblemError): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message };
}
