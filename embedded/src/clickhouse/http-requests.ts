import { type HttpHead, readHead } from './http-head.ts';
import type { HttpRefusal } from './http-refusal.ts';

/** Bounds of a request, and who decides on it. */
export interface HttpRequestsOptions {
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
  /** Why a request goes no further; undefined: it does. */
  readonly check: (head: HttpHead) => HttpRefusal | undefined;
}

/** What of a client's bytes may go on, in order, and why nothing after it does. */
export interface PassedBytes {
  readonly passed: readonly Buffer[];
  readonly refusal?: HttpRefusal;
}

/** The requests that a client sends one after the other, cut apart. */
export interface HttpRequests {
  /** Takes the client's next bytes; after a refusal there must be no further call. */
  push(chunk: Buffer): PassedBytes;
  /** Where the last byte was: between requests, in a head, or in a body. */
  at(): 'start' | 'head' | 'body';
}

/** What comes next: a head, so many bytes of a body or of a chunk, the line before a chunk, or the line end after one or after all. */
type State =
  | { readonly in: 'head' | 'chunk size' | 'chunk end' | 'last end' }
  | { readonly in: 'body' | 'chunk'; readonly rest: number };

const HEAD: State = { in: 'head' };
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
/** A size in hexadecimal; what may follow it in a chunk's line (RFC 9112, 7.1.1) nobody sends. */
const MAX_SIZE_LINE = 16;

/**
 * Cuts a connection's bytes into requests, so that each of them is checked and none hides in another's body: heads by
 * {@link readHead}, bodies by their length or their chunks.
 */
export function httpRequests({ maxHeadBytes, maxBodyBytes, check }: HttpRequestsOptions): HttpRequests {
  let state = HEAD;
  let bodyBytes = 0;
  const line = createGatherer();

  const push = (chunk: Buffer) => {
    const passed: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      const step = state.in === 'body' || state.in === 'chunk' ? takeData(rest, state) : takeLine(rest, state.in);
      if ('status' in step) return { passed, refusal: step };
      if (step.passed !== undefined) passed.push(step.passed);
      rest = step.rest;
    }
    return { passed };
  };

  const takeData = (bytes: Buffer, now: State & { rest: number }): Step => {
    const taken = bytes.subarray(0, now.rest);
    const left = now.rest - taken.length;
    if (left > 0) state = { in: now.in, rest: left };
    else state = now.in === 'body' ? HEAD : { in: 'chunk end' };
    return { passed: taken, rest: bytes.subarray(taken.length) };
  };

  const takeLine = (bytes: Buffer, now: 'head' | 'chunk size' | 'chunk end' | 'last end'): Step => {
    // Lines that are empty before a request (RFC 9112, 2.2) are left out.
    if (now === 'head' && line.length === 0 && (bytes[0] === 0x0d || bytes[0] === 0x0a)) {
      return { passed: undefined, rest: bytes.subarray(1) };
    }
    const max = now === 'head' ? maxHeadBytes : now === 'chunk size' ? MAX_SIZE_LINE : LINE_END.length;
    const found = line.takeUntil(now === 'head' ? HEAD_END : LINE_END, bytes, max);
    if (found === 'too long') return now === 'head' ? tooLongHead(maxHeadBytes) : NO_CHUNK;
    if (found === 'incomplete') return { passed: undefined, rest: bytes.subarray(bytes.length) };
    const refusal = now === 'head' ? enterBody(found.whole) : afterLine(now, found.whole);
    return refusal ?? { passed: found.whole, rest: found.rest };
  };

  const enterBody = (whole: Buffer): HttpRefusal | undefined => {
    const head = readHead(whole.toString('latin1', 0, whole.length - HEAD_END.length));
    if ('status' in head) return head;
    const refusal = check(head);
    if (refusal !== undefined) return refusal;
    bodyBytes = 0;
    if (head.body === 'chunked') state = { in: 'chunk size' };
    else if (head.body > maxBodyBytes) return tooLongBody(maxBodyBytes);
    else if (head.body > 0) state = { in: 'body', rest: head.body };
    return undefined;
  };

  const afterLine = (now: 'chunk size' | 'chunk end' | 'last end', whole: Buffer): HttpRefusal | undefined => {
    const text = whole.toString('latin1', 0, whole.length - LINE_END.length);
    if (now !== 'chunk size') {
      if (text !== '') return NO_CHUNK;
      state = now === 'last end' ? HEAD : { in: 'chunk size' };
      return undefined;
    }
    if (!/^[0-9A-Fa-f]{1,12}$/.test(text)) return NO_CHUNK;
    const size = Number.parseInt(text, 16);
    bodyBytes += size;
    if (bodyBytes > maxBodyBytes) return tooLongBody(maxBodyBytes);
    state = size === 0 ? { in: 'last end' } : { in: 'chunk', rest: size };
    return undefined;
  };

  return { push, at: () => (state.in !== 'head' ? 'body' : line.length > 0 ? 'head' : 'start') };
}

type Step = HttpRefusal | { readonly passed: Buffer | undefined; readonly rest: Buffer };

const NO_CHUNK: HttpRefusal = { status: 400, line: 'This request cannot be read: its chunks are not in order.' };

function tooLongHead(max: number): HttpRefusal {
  return { status: 431, line: `The head of a request may have ${max} bytes; send a long statement as the body.` };
}

function tooLongBody(max: number): HttpRefusal {
  return { status: 413, line: `A request may have ${max} bytes; CLICKHOUSE_MAX_REQUEST_BYTES is the limit.` };
}

/** Gathers bytes, however small the pieces they come in, until an end mark. */
function createGatherer() {
  let gathered = Buffer.alloc(0);
  let length = 0;
  const append = (bytes: Buffer) => {
    if (length + bytes.length > gathered.length) {
      const larger = Buffer.alloc(Math.max(2 * gathered.length, length + bytes.length));
      gathered.copy(larger, 0, 0, length);
      gathered = larger;
    }
    bytes.copy(gathered, length);
    length += bytes.length;
  };
  return {
    get length() {
      return length;
    },
    /** The bytes up to and with `mark`, or why there are none yet; `max` bytes of them at most. */
    takeUntil(mark: Buffer, bytes: Buffer, max: number) {
      const from = Math.max(0, length - mark.length + 1);
      const before = length;
      append(bytes.subarray(0, max - length));
      const at = gathered.subarray(0, length).indexOf(mark, from);
      if (at < 0) return length >= max ? ('too long' as const) : ('incomplete' as const);
      const end = at + mark.length;
      const whole = Buffer.from(gathered.subarray(0, end));
      gathered = Buffer.alloc(0);
      length = 0;
      return { whole, rest: bytes.subarray(end - before) };
    },
  };
}
