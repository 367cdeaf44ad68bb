import type { ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { InsertStatement } from '../mapping/statements.ts';
import { createFormGuess, type FormGuess } from './form-guess.ts';
import { InsertError } from './insert-error.ts';

/** Where INSERTs go, and as whom. */
export interface InsertTarget {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** How long to wait for an answer. */
  readonly timeoutMillis: number;
}

/** A part of a file: bytes `start` (included) to `end` (excluded). */
export interface FileRange {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Runs `statement` with a part of a segment file as its body, streamed from the page cache.
 *
 * `token` makes it repeatable: rows of an earlier INSERT with the same token are not stored again, whether or not its answer
 * arrived. It is the query's id as well, so that a repetition can't run beside an original that still does (code 216).
 *
 * @throws InsertError
 */
export type Inserter = (
  statement: InsertStatement,
  token: string,
  range: FileRange,
  signal: AbortSignal,
) => Promise<void>;

/** An {@link Inserter} that learns which of each statement's forms the data need. */
export function createInserter(target: InsertTarget): Inserter {
  const guesses = new Map<InsertStatement, FormGuess>();
  return async (statement, token, range, signal) => {
    const { forms, settings } = statement;
    const guess = guesses.getOrInsertComputed(statement, createFormGuess);
    const first = guess.next();
    for (const [form, sql] of forms.entries().drop(first)) {
      try {
        await run(target, { sql, settings }, token, range, signal);
        if (form > first) guess.needed(form);
        return;
      } catch (error) {
        const isLast = form === forms.length - 1;
        if (isLast || !(error instanceof InsertError && error.isNestedTooDeep)) throw error;
      }
    }
  };
}

interface Statement extends Pick<InsertStatement, 'settings'> {
  readonly sql: string;
}

async function run(
  target: InsertTarget,
  statement: Statement,
  token: string,
  range: FileRange,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw new InsertError('called off', undefined);
  // Opened here and not by the stream, whose failure to open would have no listener once the request is gone.
  const file = await open(range.path).catch(asInsertError);
  const stream = file.createReadStream({ start: range.start, end: range.end - 1, highWaterMark: 1024 * 1024 });
  try {
    const answer = await post(target, statement, token, { stream, bytes: range.end - range.start }, signal);
    const body = await text(answer).catch(asInsertError);
    if (answer.statusCode === 200) return;
    const code = Number(answer.headers['x-clickhouse-exception-code'] ?? Number.NaN);
    const message = body.trim().replace(/\s+/g, ' ').slice(0, 500) || `HTTP status ${answer.statusCode}`;
    throw new InsertError(message, Number.isNaN(code) ? undefined : code);
  } finally {
    stream.destroy();
    await file.close();
  }
}

async function post(
  target: InsertTarget,
  statement: Statement,
  token: string,
  body: { readonly stream: ReadStream; readonly bytes: number },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(target.url);
  url.searchParams.set('query', statement.sql);
  for (const [name, value] of Object.entries(statement.settings)) url.searchParams.set(name, String(value));
  url.searchParams.set('insert_deduplication_token', token);
  url.searchParams.set('query_id', token);
  const timeout = AbortSignal.timeout(target.timeoutMillis);
  const req = request(url, {
    method: 'POST',
    // One connection each: an INSERT is long, and a kept connection may be gone when the next one wants it.
    agent: false,
    signal: AbortSignal.any([signal, timeout]),
    headers: {
      'x-clickhouse-user': target.user,
      'x-clickhouse-key': target.password,
      'content-type': 'application/octet-stream',
      'content-length': body.bytes,
    },
  });
  const answer = Promise.withResolvers<IncomingMessage>();
  req.once('response', answer.resolve);
  req.once('error', answer.reject);
  // ClickHouse may answer, and hang up, before it has read everything: then the answer counts, not the broken pipe.
  pipeline(body.stream, req).catch(answer.reject);
  return answer.promise.catch(asInsertError);
}

function asInsertError(error: Error): never {
  throw new InsertError(error.message || String(error), undefined, { cause: error });
}
