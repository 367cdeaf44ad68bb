import type { IncomingMessage, ServerResponse } from 'node:http';
import { passedParameters } from './query-request.ts';
import { BodyTooLargeError, readBody } from './request-body.ts';
import { answer, answerAway, passedHeaders } from './response.ts';
import { refusalOf } from './sql-guard.ts';
import { passOn, type Upstream } from './upstream.ts';

/** Where queries go, and what they may be. */
export interface QueryOptions {
  readonly upstream: Upstream;
  /** Of the user `hyperdx`. */
  readonly password: string;
  /** The page's longest queries, a dashboard's with all its filters, are some tens of kilobytes. */
  readonly maxQueryBytes: number;
}

/**
 * Passes one query of the page on to ClickHouse as the user `hyperdx`. The SQL is the body, and nothing but it: credentials, the
 * session and the packing of whoever asks are left behind.
 */
export async function answerQuery(
  { upstream, password, maxQueryBytes }: QueryOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return answer(response, 405, 'A query is POSTed, as text.', { allow: 'POST' });
  if (!isPlainText(request)) return answer(response, 415, 'A query is text in UTF-8, neither packed nor a form.');
  const sql = await readSql(request, response, maxQueryBytes);
  if (sql === undefined) return;
  const { passed, substitutions } = passedParameters(new URL(request.url ?? '', 'http://page').searchParams);
  const refusal = refusalOf(sql, substitutions);
  if (refusal !== undefined) return answer(response, 403, `HyperDX does not pass this query on: ${refusal}.`);

  if (describesNothing(sql, substitutions)) return answerNoColumns(response);

  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const body = Buffer.from(sql);
  try {
    const found = await upstream.send({
      method: 'POST',
      path: `/?${passed}`,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': body.length,
        'x-clickhouse-user': 'hyperdx',
        'x-clickhouse-key': password,
      },
      body,
      signal: abort.signal,
    });
    response.writeHead(found.statusCode ?? 502, { ...passedHeaders(found.headers), 'cache-control': 'no-store' });
    await passOn(found, response);
  } catch (error) {
    if (response.headersSent || abort.signal.aborted) response.destroy();
    else answerAway(response, error instanceof Error ? error.message : String(error));
  }
}

/** Behind a chart of metrics stands a subquery; the page asks for its columns as for a table of no database, which would be a 500. */
function describesNothing(sql: string, substitutions: readonly string[]): boolean {
  return /^\s*DESCRIBE\s+\{/.test(sql) && substitutions.includes('');
}

function answerNoColumns(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end('{"meta":[],"data":[],"rows":0}\n');
}

/** A page of another origin could send a form without asking first; ClickHouse would read its fields as parameters. */
function isPlainText(request: IncomingMessage): boolean {
  const type = request.headers['content-type'] ?? 'text/plain';
  return /^text\/plain\b/i.test(type) && request.headers['content-encoding'] === undefined;
}

async function readSql(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readBody(request, maxBytes));
  } catch (error) {
    if (error instanceof BodyTooLargeError) answer(response, 413, error.message, { connection: 'close' });
    else if (!response.destroyed) answer(response, 400, 'A query is text in UTF-8; this one is not, or was cut off.');
    return undefined;
  }
}
