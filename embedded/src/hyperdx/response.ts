import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * On every response: the page loads, frames and asks nothing but its own origin, and no other page frames it or embeds its
 * files. Inline scripts and styles are the page's own way; `blob:` is its worker and its CSV download.
 */
export const SECURITY_HEADERS: OutgoingHttpHeaders = {
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Headers of ClickHouse's responses that mean something to the page; hop-by-hop, CORS and server headers stay behind. */
const PASSED = /^(content-type|content-encoding|content-length|x-clickhouse-.+)$/;

/** `headers` of ClickHouse as they go on to the page. */
export function passedHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PASSED.test(name)));
}

/** Ends `response` with one line of text. */
export function answer(
  response: ServerResponse,
  status: number,
  line: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = `${line}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

/** ClickHouse is not there: one line; to a person's visit as a page that tries again by itself. */
export function answerAway(response: ServerResponse, reason: string): void {
  const line = `ClickHouse does not answer (${reason}).`;
  const isVisit = response.req.headers['sec-fetch-mode'] === 'navigate';
  if (!isVisit) {
    answer(response, 503, line, { 'retry-after': '2' });
    return;
  }
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>HyperDX</title>
<p style="font-family: sans-serif; margin: 4em">${escapeHtml(line)} This page tries again every two seconds.</p>
`;
  response.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '2',
  });
  response.end(page);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
