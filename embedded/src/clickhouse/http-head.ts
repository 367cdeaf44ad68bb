import type { HttpRefusal } from './http-refusal.ts';

/** The head of a request, read strictly. */
export interface HttpHead {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** By name in lower case; of a name that came twice, the first value. */
  readonly headers: ReadonlyMap<string, string>;
  /** How long the body is, or that it says so itself. */
  readonly body: number | 'chunked';
}

// A tab, and what is printed or not ASCII: no NUL, no line end of any kind.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const REQUEST_LINE = /^([A-Z]{1,20}) (\/[\x21-\x7e\x80-\xff]*|\*) HTTP\/1\.([01])$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*(.*?)[\t ]*$/s;

/** Two of these would let two readers of one head disagree on where it goes, who sends it, or where it ends. */
const ONCE: ReadonlySet<string> = new Set(['host', 'origin', 'sec-fetch-site', 'content-length', 'transfer-encoding']);
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Reads a request's head, its final empty line left out. Whatever RFC 9112 allows and no client of ClickHouse sends (absolute targets,
 * folded lines, bare line feeds, a length beside chunks) is refused rather than understood: the server behind must not understand
 * it otherwise.
 */
export function readHead(text: string): HttpHead | HttpRefusal {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const [, method, target, minor] = REQUEST_LINE.exec(requestLine) ?? [];
  if (method === undefined || target === undefined) {
    return bad(`"${requestLine.slice(0, 80)}" is no request line, such as "GET / HTTP/1.1"`);
  }
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined || !VALUE.test(value)) return bad(`a header cannot be read`);
    const key = name.toLowerCase();
    if (headers.has(key) && ONCE.has(key)) return bad(`the header ${name} came twice`);
    if (!headers.has(key)) headers.set(key, value);
  }
  if (minor === '1' && !headers.has('host')) return bad('the header Host is missing');
  const body = bodyOf(method, minor === '1', headers);
  return typeof body === 'object' ? body : { method, target, headers, body };
}

function bodyOf(
  method: string,
  mayChunk: boolean,
  headers: ReadonlyMap<string, string>,
): HttpHead['body'] | HttpRefusal {
  const length = headers.get('content-length');
  const encoding = headers.get('transfer-encoding');
  if (encoding !== undefined) {
    const isClear = encoding.toLowerCase() === 'chunked' && length === undefined && mayChunk;
    return isClear ? 'chunked' : bad('Transfer-Encoding may be "chunked", in HTTP/1.1, without a Content-Length');
  }
  if (length !== undefined) return /^\d{1,15}$/.test(length) ? Number(length) : bad('Content-Length is no number');
  if (!METHODS_WITH_BODY.has(method)) return 0;
  return { status: 411, line: `${method} needs a Content-Length or a Transfer-Encoding.` };
}

function bad(what: string): HttpRefusal {
  return { status: 400, line: `This request cannot be read: ${what}.` };
}
