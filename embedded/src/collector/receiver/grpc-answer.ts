import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { encodeRetryDetails } from './answer.ts';
import { ENCODINGS } from './content-encodings.ts';
import { status } from './grpc-status.ts';
import type { Refusal } from './refusal.ts';

/** A message of no bytes: every Export…Response without a partial success is one. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/** How long the rest of a refused call is read and thrown away. */
const DRAIN_MILLIS = 2_000;

const HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': `identity,${ENCODINGS.join(',')}`,
};

/** The answer to an accepted call. */
export function answerOk(stream: ServerHttp2Stream): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status.OK) }));
  stream.end(EMPTY_MESSAGE);
}

/** The status of a call that is not accepted, in the only headers of its answer. What is not yet read of it is called off. */
export function answerRefusal(stream: ServerHttp2Stream, refusal: Refusal, retryAfterSeconds: number): void {
  const headers: OutgoingHttpHeaders = {
    ...HEADERS,
    'grpc-status': String(refusal.code),
    'grpc-message': percentEncoded(refusal.message),
  };
  if (refusal.isRetryable) {
    headers['grpc-status-details-bin'] = encodeRetryDetails(refusal, retryAfterSeconds).toString('base64');
  }
  answerAndEnd(stream, headers);
}

/** What is no gRPC is answered in HTTP alone. */
export function answerHttp(stream: ServerHttp2Stream, httpStatus: number): void {
  answerAndEnd(stream, { ':status': httpStatus });
}

function answerAndEnd(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(headers, { endStream: true });
  if (stream.readableEnded) return;
  // Clients take a call that is cut off for a failed one, whatever they were answered: the rest is read for a while.
  stream.resume();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), DRAIN_MILLIS).unref();
  stream.once('close', () => clearTimeout(timer));
}

/** gRPC's encoding of texts in headers: all but printable ASCII, and `%` itself. */
function percentEncoded(message: string): string {
  const bytes = Array.from(Buffer.from(message));
  return bytes
    .map((byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x25
        ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('');
}
