import { deflateSync, gzipSync } from 'node:zlib';
import type { Chance } from '../random.ts';
import { type FuzzRequest, GRPC_PATHS } from '../request.ts';

/** Makes a gRPC request of a message: its frames are `body`. */
export type GrpcMutation = (request: FuzzRequest, message: Buffer, chance: Chance) => FuzzRequest;

const MIB = 2 ** 20;

/** A length-prefixed message, its length told otherwise on demand. */
export function frame(message: Buffer, { flag = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

const named = (request: FuzzRequest, encoding: string, body: Buffer) => ({
  ...request,
  headers: { ...request.headers, 'grpc-encoding': encoding },
  body,
});

/** Frames, encodings and names that are wrong or untrue. */
export const GRPC_MUTATIONS: Readonly<Record<string, GrpcMutation>> = {
  'gzip, gRPC': (request, message) => named(request, 'gzip', frame(gzipSync(message), { flag: 1 })),
  'deflate, gRPC': (request, message) => named(request, 'deflate', frame(deflateSync(message), { flag: 1 })),
  'gzip named and not used': (request, message) => named(request, 'gzip', frame(message)),
  'gzip that is none, gRPC': (request, message) => named(request, 'gzip', frame(message, { flag: 1 })),
  'gzip cut off, gRPC': (request, message, chance) => {
    const bytes = gzipSync(message);
    return named(request, 'gzip', frame(bytes.subarray(0, chance.whole(bytes.length)), { flag: 1 }));
  },
  'a gzip bomb, gRPC': (request, _message, chance) =>
    named(request, 'gzip', frame(gzipSync(Buffer.alloc(chance.pick([17, 64]) * MIB)), { flag: 1 })),
  'compressed, and no encoding': (request, message) => ({ ...request, body: frame(gzipSync(message), { flag: 1 }) }),
  'an unknown encoding, gRPC': (request, message, chance) =>
    named(request, chance.pick(['snappy', 'br', '__proto__']), frame(message, { flag: chance.whole(2) })),
  'an odd compressed flag': (request, message, chance) => ({
    ...request,
    body: frame(message, { flag: chance.pick([2, 3, 128, 255]) }),
  }),
  'a length too long': (request, message, chance) => ({
    ...request,
    body: frame(message, { length: message.length + 1 + chance.whole(100) }),
  }),
  'a length too short': (request, message, chance) => ({
    ...request,
    body: frame(message, { length: chance.whole(Math.max(1, message.length)) }),
  }),
  'a length of gigabytes': (request, message, chance) => ({
    ...request,
    body: frame(message, { length: chance.pick([2 ** 31, 2 ** 32 - 1, 2 ** 30]) }),
  }),
  'two messages': (request, message) => ({ ...request, body: Buffer.concat([frame(message), frame(message)]) }),
  'no message': (request) => ({ ...request, body: Buffer.alloc(0) }),
  'a cut prefix': (request, message, chance) => ({ ...request, body: frame(message).subarray(0, 1 + chance.whole(4)) }),
  'no frame': (request, message) => ({ ...request, body: message }),
  'another content type, gRPC': (request, message, chance) => ({
    ...request,
    body: frame(message),
    headers: { ...request.headers, 'content-type': chance.pick(['application/json', 'text/html', 'application/grp']) },
  }),
  'another method, gRPC': (request, message, chance) => ({
    ...request,
    body: frame(message),
    path: chance.pick([
      '/',
      '/x/y',
      `${GRPC_PATHS.traces}2`,
      '/opentelemetry.proto.collector.trace.v1.TraceService/',
      '/__proto__',
    ]),
  }),
  "another signal's service": (request, message, chance) => ({
    ...request,
    body: frame(message),
    path: chance.pick(Object.values(GRPC_PATHS)),
  }),
};
