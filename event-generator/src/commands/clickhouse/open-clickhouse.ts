import type { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
  type ExecResult,
} from '@clickhouse/client';
import type { ClickHouseConfig } from '../../config.ts';
import type { Clock } from '../../simulation/clock.ts';
import { toFailure } from './failure.ts';

/** A ClickHouse server, as a command's user sees it. */
export interface ClickHouse {
  /**
   * Runs one statement as it is written.
   *
   * @throws {StatementError} the server refuses it or gives it up, or `signal` ended it
   * @throws {UnavailableError} there is no server to ask
   */
  run(sql: string, options: RunOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** How a statement is run. */
export interface RunOptions {
  /** The format of the answer where the statement names none. */
  readonly format: string;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Values for the statement's `{name:Type}`. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Ends the statement, on the server as well. */
  readonly signal: AbortSignal;
}

/** A statement's answer, complete on the server before its first byte arrives. */
export interface Answer {
  readonly body: AsyncIterable<Buffer>;
  /** Empty where there is no result, as from a CREATE TABLE. */
  readonly format: string;
  readonly rows: number;
  readonly readRows: number;
  readonly writtenRows: number;
  /** The server's time. */
  readonly seconds: number;
}

/** What holds for every statement of a command. */
export interface OpenOptions {
  readonly config: ClickHouseConfig;
  /** Named in the server's query log. */
  readonly command: string;
  readonly clock: Clock;
  /** Statements of one session share its settings, its database and its temporary tables. */
  readonly session?: { readonly id: string; readonly timeoutSeconds: number };
}

/** A query may take as long as a person has patience: Ctrl-C ends it. */
const REQUEST_TIMEOUT_MS = 24 * 3_600_000;

/** A client that keeps quiet: what goes wrong is thrown, one line for a person to read. Nothing is sent before the first statement. */
export function openClickHouse({ config, command, clock, session }: OpenOptions): ClickHouse {
  const client = createClient({
    url: config.url,
    username: config.user,
    password: config.password,
    application: `click-ai-${command}`,
    request_timeout: REQUEST_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const started = clock.now().toString(36);
  let statements = 0;

  const request = ({ format, settings, params, signal }: RunOptions) => ({
    abort_signal: signal,
    ...(params && { query_params: params }),
    ...(session && { session_id: session.id }),
    http_headers: { 'X-ClickHouse-Format': format },
    clickhouse_settings: {
      ...settings,
      ...(session && { session_timeout: String(session.timeoutSeconds) }),
      // An error then has a status of its own, instead of standing somewhere in the answer; and the summary is the final one.
      wait_end_of_query: 1 as const,
    },
  });

  return {
    close: () => client.close(),
    run: async (sql, options) => {
      statements += 1;
      const queryId = `${command}-${started}-${statements}`;
      let ended: Promise<void> | undefined;
      const end = () => {
        ended = endOnServer(client, queryId);
      };
      options.signal.addEventListener('abort', end, { once: true });
      try {
        const ask = () => client.exec({ query: sql, query_id: queryId, ...request(options) });
        return toAnswer(await onceUnlocked(ask, clock, options.signal), config);
      } catch (error) {
        await ended;
        throw toFailure(error, config);
      } finally {
        options.signal.removeEventListener('abort', end);
      }
    },
  };
}

const SESSION_IS_LOCKED = '373';
const LOCKED_AT_MOST_MS = 10_000;

/** A session is still held by a statement that was cancelled a moment ago; nobody else knows of it. */
async function onceUnlocked<T>(ask: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  const patience = clock.now() + LOCKED_AT_MOST_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const locked = error instanceof ClickHouseError && error.code === SESSION_IS_LOCKED;
      if (!locked || signal.aborted || clock.now() > patience) throw error;
      await clock.sleep(100, signal);
    }
  }
}

function toAnswer({ stream, summary, response_headers }: ExecResult<Readable>, config: ClickHouseConfig): Answer {
  return {
    body: read(stream, config),
    format: String(response_headers['x-clickhouse-format'] ?? ''),
    rows: Number(summary?.result_rows ?? 0),
    readRows: Number(summary?.read_rows ?? 0),
    writtenRows: Number(summary?.written_rows ?? 0),
    seconds: Number(summary?.elapsed_ns ?? 0) / 1e9,
  };
}

/** A connection may break in the middle of an answer, too. */
async function* read(stream: Readable, config: ClickHouseConfig): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    throw toFailure(error, config);
  }
}

/** A user may always end queries of their own. */
async function endOnServer(client: ClickHouseClient, queryId: string): Promise<void> {
  await client
    .command({ query: 'KILL QUERY WHERE query_id = {id:String} ASYNC', query_params: { id: queryId } })
    // It may be over by now, or the server gone: both are what was wanted.
    .catch(() => undefined);
}
