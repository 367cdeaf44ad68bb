import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { repairFor } from './page-repairs.ts';
import { answer, answerAway, passedHeaders } from './response.ts';
import { passOn, type Upstream } from './upstream.ts';

/**
 * The page's own files, by path; nothing that could mean another path to ClickHouse: no `..`, no `//`, and of escapes only the
 * brackets of the page's `[id].js`.
 */
const PAGE_PATH = /^\/clickstack(\/(\w|-|%5B|%5D)+(\.(\w|-)+)*)*\/?$/i;

/** Passes on one file of the page. Its other endpoints (`/play`, `/dashboard`, `/metrics`, …) ClickHouse keeps to itself. */
export async function answerPage(
  upstream: Upstream,
  requestPath: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The page looks for its icons at the root, where ClickHouse has none.
  const path = requestPath.startsWith('/favicons/') ? `/clickstack${requestPath}` : requestPath;
  if (!PAGE_PATH.test(path)) return answer(response, 404, 'There is nothing here. HyperDX is at /.');
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  try {
    const found = await upstream.send({ method: 'GET', path, headers: {}, signal: abort.signal });
    if (found.statusCode !== 200) {
      found.resume();
      return answer(response, found.statusCode ?? 502, `HyperDX has no ${path}.`);
    }
    const repair = repairFor(path);
    if (repair !== undefined) return answerRepaired(found, repair, response);
    response.writeHead(200, { ...passedHeaders(found.headers), 'cache-control': cacheControl(path) });
    if (request.method === 'HEAD') {
      response.end();
      abort.abort();
    } else await passOn(found, response);
  } catch (error) {
    if (response.headersSent || abort.signal.aborted) response.destroy();
    else answerAway(response, error instanceof Error ? error.message : String(error));
  }
}

async function answerRepaired(
  found: IncomingMessage,
  repair: (text: string) => string,
  response: ServerResponse,
): Promise<void> {
  const bytes = await buffer(found);
  const text = found.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString();
  response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' });
  response.end(response.req.method === 'HEAD' ? undefined : repair(text));
}

/** Files under `_next/static` carry a hash of their content in their names. */
function cacheControl(path: string): string {
  return path.startsWith('/clickstack/_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
