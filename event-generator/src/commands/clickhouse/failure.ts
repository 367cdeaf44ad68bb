import { ClickHouseError } from '@clickhouse/client';
import type { ClickHouseConfig } from '../../config.ts';

/** ClickHouse did not answer, or not this user: nothing else can be asked of it. The message is one line and says what to do. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
}

/** A statement that ClickHouse refused or gave up. The message is one line. */
export class StatementError extends Error {
  override name = 'StatementError';
}

const AUTHENTICATION_FAILED = '516';
const LONGEST_MESSAGE = 400;

/** What the client threw, as one of this module's errors; anything else is a defect of ours, and returned as it is. */
export function toFailure(error: unknown, config: ClickHouseConfig): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof ClickHouseError) {
    if (error.code === AUTHENTICATION_FAILED) return new UnavailableError(refusal(config), { cause: error });
    return new StatementError(`${usefulPart(error.message)} (${error.type}, code ${error.code})`, { cause: error });
  }
  return new UnavailableError(
    `ClickHouse at ${config.url}: ${connectionProblem(error)}. Start the stack (npm start, or just up), or set CLICKHOUSE_URL to where it listens.`,
    { cause: error },
  );
}

/** ClickHouse's message on one line, without what only its authors need: lists of parser tokens, the statement repeated, the stack of processors. */
export function usefulPart(message: string): string {
  const line = message
    .replace(/\s+/g, ' ')
    .replace(/ ?Expected one of: .*$/, '')
    .replace(/:? [Ii]n scope .*?(?=\. Maybe you meant|$)/, '')
    .replace(/(: |[.,] )?[Ww]hile (executing|processing) .*$/, '')
    .replace(/[\s.:]+$/, '');
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line;
}

function refusal({ url, user }: ClickHouseConfig): string {
  return `ClickHouse at ${url} refuses user "${user}" with this password: set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD to those of the stack.`;
}

function connectionProblem(error: Error): string {
  // Node's network errors carry a code; where a name has several addresses, the first address's error stands for all.
  const { code } = ('errors' in error && Array.isArray(error.errors) ? error.errors[0] : error) as { code?: unknown };
  if (typeof code === 'string')
    return code.startsWith('HPE_') ? 'what answers there is no HTTP' : `no connection (${code})`;
  if (/timeout|socket hang up/i.test(error.message)) return `no connection (${error.message})`;
  return `what answers there is no ClickHouse ("${error.message.replace(/\s+/g, ' ').trim().slice(0, 60)}")`;
}
