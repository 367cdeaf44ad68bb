import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { status } from '@grpc/grpc-js';
import type { Signal } from '../mapping/statements.ts';
import type { Tuning } from '../tuning.ts';
import { type Encoding, encodeResponse, encodeStatus, type PartialSuccess } from './answer.ts';
import { CONTENT_ENCODINGS, readBody } from './http-body.ts';
import type { Intake } from './intake.ts';
import { decodeJson } from './json/decode-json.ts';
import { listenError, type Receiver } from './receiver.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { RequestMemory } from './request-memory.ts';

/** What an HTTP receiver listens on and works with. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly memory: RequestMemory;
  readonly tuning: Tuning;
}

const SIGNAL_PATHS: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
};

const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

const GREETING = 'OTLP/HTTP receiver. POST to /v1/traces, /v1/logs or /v1/metrics.\n';

/**
 * OTLP/HTTP: protobuf and JSON. Pages of other origins can't send to it: no CORS headers are answered.
 * @throws Error when the port is taken
 */
export async function startHttp(options: HttpOptions, intake: Intake): Promise<Receiver> {
  const server = createServer({
    requestTimeout: options.tuning.requestMillis,
    headersTimeout: Math.min(10_000, options.tuning.requestMillis),
    maxHeaderSize: 16 * 1024,
  });
  server.on('request', (request, response) => {
    if (request.url === '/' && (request.method === 'GET' || request.method === 'HEAD')) response.end(GREETING);
    else void answer(request, response, options, intake);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError('OTLP/HTTP', options, error)));
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`expected a port, got ${address}`);
  return { port: address.port, stop: (graceMillis) => stop(server, graceMillis) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
  intake: Intake,
): Promise<void> {
  // The request's encoding is the answer's, errors included; an unknown one is answered in protobuf.
  const encoding = encodingOf(request);
  try {
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
  { memory, tuning: { maxRequestBytes } }: HttpOptions,
  intake: Intake,
): Promise<PartialSuccess | undefined> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const share = await memory.reserve(Math.min(sizeOf(request), maxRequestBytes), gone.signal);
  try {
    const body = await readBody(request, maxRequestBytes);
    share.shrinkTo(body.length);
    if (encoding === 'protobuf') {
      await intake(signal, body);
      return undefined;
    }
    const { bytes, partial } = decodeJson(signal, body);
    await intake(signal, bytes, partial?.rejected);
    return partial;
  } finally {
    share.release();
  }
}

/** What a request will take, as far as it tells beforehand. */
function sizeOf({ headers }: IncomingMessage): number {
  const isPlain = headers['content-encoding'] === undefined && headers['content-length'] !== undefined;
  return isPlain ? Number(headers['content-length']) : Number.POSITIVE_INFINITY;
}

function signalOf({ url, method }: IncomingMessage): Signal {
  const path = url?.split('?', 1)[0] ?? '';
  const signal = SIGNAL_PATHS[path];
  if (signal === undefined) {
    throw new Refusal(
      404,
      status.UNIMPLEMENTED,
      `no such path: ${path}; expected ${Object.keys(SIGNAL_PATHS).join(', ')}`,
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
  { tuning }: HttpOptions,
): void {
  if (refusal.httpStatus === 405) response.setHeader('allow', 'POST');
  if (refusal.httpStatus === 415) {
    response.setHeader('accept-encoding', CONTENT_ENCODINGS);
    response.setHeader('accept-post', Object.values(MEDIA_TYPES).join(', '));
  }
  if (refusal.isRetryable) response.setHeader('retry-after', tuning.retryAfterSeconds);
  // What was not read of the request would be taken for the next one.
  if (!request.complete) response.setHeader('connection', 'close');
  send(response, refusal.httpStatus, MEDIA_TYPES[encoding], encodeStatus(refusal, encoding));
}

function send(response: ServerResponse, httpStatus: number, mediaType: string, body: Buffer): void {
  response.writeHead(httpStatus, { 'content-type': mediaType, 'content-length': body.length }).end(body);
}

/** Lets requests in flight end, for a while. */
async function stop(server: Server, graceMillis: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), graceMillis);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}
