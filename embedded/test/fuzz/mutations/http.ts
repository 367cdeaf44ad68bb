import { deflateSync, gzipSync } from 'node:zlib';
import type { Chance } from '../random.ts';
import type { FuzzRequest } from '../request.ts';

/** Changes how a request is sent over HTTP. */
export type HttpMutation = (request: FuzzRequest, chance: Chance) => FuzzRequest;

const MIB = 2 ** 20;
const GZIP = { 'content-encoding': 'gzip' };

const withHeaders = (request: FuzzRequest, headers: Readonly<Record<string, string>>, body = request.body) => ({
  ...request,
  headers: { ...request.headers, ...headers },
  body,
});

function without(request: FuzzRequest, name: string): FuzzRequest {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers };
}

function flipped(bytes: Buffer, chance: Chance): Buffer {
  const changed = Buffer.from(bytes);
  const at = chance.whole(changed.length);
  changed[at] = changed[at]! ^ (1 << chance.whole(8));
  return changed;
}

/** Content types and encodings that are wrong, odd or untrue, other paths and methods. */
export const HTTP_MUTATIONS: Readonly<Record<string, HttpMutation>> = {
  gzip: (request) => withHeaders(request, GZIP, gzipSync(request.body)),
  deflate: (request) => withHeaders(request, { 'content-encoding': 'deflate' }, deflateSync(request.body)),
  'two gzip members': (request, chance) => {
    const middle = chance.whole(request.body.length + 1);
    const members = [request.body.subarray(0, middle), request.body.subarray(middle)];
    return withHeaders(request, GZIP, Buffer.concat(members.map((member) => gzipSync(member))));
  },
  'gzip with a bit flipped': (request, chance) => withHeaders(request, GZIP, flipped(gzipSync(request.body), chance)),
  'gzip cut off': (request, chance) => {
    const bytes = gzipSync(request.body);
    return withHeaders(request, GZIP, bytes.subarray(0, chance.whole(bytes.length)));
  },
  'gzip and more': (request, chance) =>
    withHeaders(request, GZIP, Buffer.concat([gzipSync(request.body), chance.bytes(1 + chance.whole(30))])),
  'gzip in gzip': (request) => withHeaders(request, GZIP, gzipSync(gzipSync(request.body))),
  'gzip that is none': (request) => withHeaders(request, GZIP),
  'gzip that is not told': (request) => ({ ...request, body: gzipSync(request.body) }),
  'a gzip bomb': (request, chance) =>
    withHeaders(request, GZIP, gzipSync(Buffer.alloc(chance.pick([17, 64]) * MIB, chance.pick([0, 0x0a])))),
  'too large a body': (request) => ({ ...request, body: Buffer.alloc(16 * MIB + 1) }),
  'an unknown encoding': (request, chance) =>
    withHeaders(request, {
      'content-encoding': chance.pick(['br', 'compress', 'snappy', 'gzip, gzip', 'x', '__proto__']),
    }),
  'an encoding in capitals': (request) => withHeaders(request, { 'content-encoding': 'GZIP' }, gzipSync(request.body)),
  'another content type': (request, chance) =>
    withHeaders(request, {
      'content-type': chance.pick([
        'text/plain',
        'application/grpc',
        'application/octet-stream',
        'application/protobuf',
        'application/x-protobuf2',
        'x',
        ';',
        'constructor',
      ]),
    }),
  'JSON said of protobuf': (request) => withHeaders(request, { 'content-type': 'application/json' }),
  'no content type': (request) => without(request, 'content-type'),
  'an odd content type': (request, chance) =>
    withHeaders(request, {
      'content-type': chance.pick([
        'Application/X-Protobuf',
        'application/x-protobuf; charset=utf-8',
        ' application/x-protobuf ;',
      ]),
    }),
  'another path': (request, chance) => ({
    ...request,
    path: chance.pick([
      '/',
      '/v1',
      '/v1/',
      '/v1/spans',
      '/v1/traces/',
      '/V1/traces',
      '//v1/traces',
      '/v1/traces%00',
      '/v1/../v1/traces',
      '/__proto__',
      '/constructor',
    ]),
  }),
  "another signal's path": (request, chance) => ({
    ...request,
    path: chance.pick(['/v1/traces', '/v1/logs', '/v1/metrics']),
  }),
  'a query behind the path': (request) => ({ ...request, path: `${request.path}?x=/v1/logs&y=%00` }),
  'another method': (request, chance) => ({ ...request, method: chance.pick(['PUT', 'PATCH', 'DELETE', 'OPTIONS']) }),
};
