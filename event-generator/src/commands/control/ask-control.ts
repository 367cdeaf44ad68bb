import type { z } from 'zod';
import type { ControlClientConfig } from '../../config.ts';
import { problemSchema } from '../../control/schemas.ts';

/** The control API did not answer, or not with what was asked for. The message is one line and says what to do. */
export class ControlAnswerError extends Error {
  override name = 'ControlAnswerError';
}

/** A request to the control API. */
export interface ControlRequest<Answer> {
  readonly path: string;
  /** Sent by PUT; without one it is a GET. */
  readonly body?: unknown;
  readonly schema: z.ZodType<Answer>;
}

/** Asks the control API. Throws a {@link ControlAnswerError}. */
export async function askControl<Answer>(
  { url, token }: ControlClientConfig,
  { path, body, schema }: ControlRequest<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    redirect: 'error',
    signal,
    ...(body !== undefined && { method: 'PUT', body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ControlAnswerError(
      `No event-generator answers at ${url} (${reasonOf(error)}): start one (npm start, or just start), or set CONTROL_URL to where its control API is.`,
      { cause: error },
    );
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 401) {
    throw new ControlAnswerError(`${url} wants a token: set CONTROL_TOKEN to the one of that event-generator.`);
  }
  const problem = problemSchema.safeParse(answer);
  if (problem.success) throw new ControlAnswerError(`${url}${path}: ${problem.data.detail}`);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ControlAnswerError(
    `What answers at ${url} is no control API of this version (status ${response.status}): set CONTROL_URL to where the event-generator's is.`,
  );
}

/** fetch says "fetch failed" and keeps the reason as the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? code : String(cause instanceof Error ? cause.message : cause);
}
