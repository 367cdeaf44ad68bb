import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Signal } from '../mapping/statements.ts';
import { type Encoding, encodeResponse, encodeStatus, type PartialSuccess } from './answer.ts';
import { type Connections, createConnections } from './connections.ts';
import { ENCODINGS } from './content-encodings.ts';
import { status } from './grpc-status.ts';
import { readBody } from './http-body.ts';
import type { Intake } from './intake.ts';
import { decodeJson } from './json/decode-json.ts';
import { costOfJson, measureJson } from './json/json-cost.ts';
import { type PageCheck, pageCheck } from './page-check.ts';
import { listen, type Receiver, type ReceiverOptions } from './receiver.ts';
import { Refusal, refusalOf } from './refusal.ts';

const SIGNAL_PATHS: ReadonlyMap<string, Signal> = new Map<string, Signal>([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
]);

const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

const GREETING = 'OTLP/HTTP receiver. POST to /v1/traces, /v1/logs or /v1/metrics.\n';

/** Headers have to be there after this long, or after the whole request's time where that is shorter. */
const HEADERS_MILLIS = 10_000;
/** How long the rest of a refused request is read and thrown away. */
const DRAIN_MILLIS = 2_000;
/** How often Node looks for requests that are late. */
const CHECK_MILLIS = 1_000;

/**
 * OTLP/HTTP: protobuf and JSON.
 * @throws ListenError when the port is taken
 */
export async function startHttp(options: ReceiverOptions, intake: Intake): Promise<Receiver> {
  const { host, limits, log } = options;
  const checkPage = pageCheck(options);
  const server = createServer({
    requestTimeout: limits.requestMillis,
    headersTimeout: Math.min(HEADERS_MILLIS, limits.requestMillis),
    connectionsCheckingInterval: Math.min(CHECK_MILLIS, limits.requestMillis),
    maxHeaderSize: 16 * 1024,
  });
  const connections = createConnections({ max: limits.maxConnections, what: 'OTLP/HTTP', log });
  server.on('connection', (socket) => connections.add(socket));
  server.on('request', (request, response) => {
    const underWay = connections.begin(request.socket);
    request.once('end', underWay.received);
    response.once('close', underWay.end);
    if (request.url === '/' && (request.method === 'GET' || request.method === 'HEAD')) response.end(GREETING);
    else void answer(request, response, { ...options, checkPage }, intake);
  });
  const port = await listen(server, 'OTLP/HTTP', { host, port: options.port });
  return { port, stop: (graceMillis) => stop(server, connections, graceMillis) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { checkPage, ...options }: ReceiverOptions & { readonly checkPage: PageCheck },
  intake: Intake,
): Promise<void> {
  // The request's encoding is the answer's, errors included; an unknown one is answered in protobuf.
  const encoding = encodingOf(request);
  try {
    checkPage(request.headers);
    const signal = signalOf(request);
    if (encoding === undefined) throw unsupportedMediaType(request);
    const partial = await receive(signal, encoding, request, response, options, intake);
    send(response, 200, MEDIA_TYPES[encoding], encodeResponse(signal, encoding, partial));
  } catch (error) {
    refuse(request, response, refusalOf(error), encoding ?? 'protobuf', options);
  }
}

async function receive(
  signal: Signal,
  encoding: Encoding,
  request: IncomingMessage,
  response: ServerResponse,
  { memory, limits: { maxRequestBytes } }: ReceiverOptions,
  intake: Intake,
): Promise<PartialSuccess | undefined> {
  const share = memory.share();
  response.once('close', () => share.release());
  try {
    const body = await readBody(request, { maxBytes: maxRequestBytes, share });
    if (encoding === 'protobuf') {
      await intake(signal, body);
      return undefined;
    }
    const memoryToDecode = share.grow(costOfJson(measureJson(body, maxRequestBytes)));
    if (memoryToDecode !== undefined) await memoryToDecode;
    const { bytes, partial } = decodeJson(signal, body);
    await intake(signal, bytes, partial?.rejected);
    return partial;
  } finally {
    share.release();
  }
}

function signalOf({ url, method }: IncomingMessage): Signal {
  const path = url?.split('?', 1)[0] ?? '';
  const signal = SIGNAL_PATHS.get(path);
  if (signal === undefined) {
    throw new Refusal(
      404,
      status.UNIMPLEMENTED,
      `no such path: ${path}; expected ${[...SIGNAL_PATHS.keys()].join(', ')}`,
    );
  }
  if (method !== 'POST') throw new Refusal(405, status.UNIMPLEMENTED, `${method} is not supported; expected POST`);
  return signal;
}

function encodingOf({ headers }: IncomingMessage): Encoding | undefined {
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === MEDIA_TYPES.protobuf) return 'protobuf';
  return mediaType === MEDIA_TYPES.json ? 'json' : undefined;
}

function unsupportedMediaType({ headers }: IncomingMessage): Refusal {
  const sent = headers['content-type'] ?? 'none';
  const expected = Object.values(MEDIA_TYPES).join(' or ');
  return new Refusal(415, status.INVALID_ARGUMENT, `content-type ${sent} is not supported; expected ${expected}`);
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  encoding: Encoding,
  { tuning }: ReceiverOptions,
): void {
  if (refusal.httpStatus === 405) response.setHeader('allow', 'POST');
  if (refusal.httpStatus === 415) {
    response.setHeader('accept-encoding', ENCODINGS.join(', '));
    response.setHeader('accept-post', Object.values(MEDIA_TYPES).join(', '));
  }
  if (refusal.isRetryable) response.setHeader('retry-after', tuning.retryAfterSeconds);
  // What was not read of the request would be taken for the next one.
  if (!request.complete) response.setHeader('connection', 'close');
  send(response, refusal.httpStatus, MEDIA_TYPES[encoding], encodeStatus(refusal, encoding));
  if (!request.complete) drain(request, response);
}

function send(response: ServerResponse, httpStatus: number, mediaType: string, body: Buffer): void {
  response.writeHead(httpStatus, { 'content-type': mediaType, 'content-length': body.length });
  response.write(body);
  if (response.req.complete) response.end();
}

/**
 * Reads on for a while before the connection is closed: a client that is cut off while it sends never sees its answer, and
 * takes a request that is too large for one to repeat.
 */
function drain(request: IncomingMessage, response: ServerResponse): void {
  const end = () => response.end();
  const timer = setTimeout(end, DRAIN_MILLIS).unref();
  request.once('end', end).once('error', end).resume();
  response.once('close', () => clearTimeout(timer));
}

/** Lets requests in flight end, for a while. */
async function stop(server: Server, connections: Connections, graceMillis: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  connections.closeWhenIdle();
  const timer = setTimeout(() => connections.closeAll(), graceMillis);
  await closed;
  clearTimeout(timer);
}
