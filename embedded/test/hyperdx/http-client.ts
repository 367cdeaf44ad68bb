import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** One request, from scratch. */
export interface Sent {
  /** @default GET */
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Unlike fetch: any Host and Origin, the path as it is written, no redirects followed. */
export function sendTo(base: string, path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const { hostname, port } = new URL(base);
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, headers, agent: false }, async (response) => {
      const chunks: Buffer[] = await response.toArray();
      const bytes = Buffer.concat(chunks);
      const text =
        response.headers['content-encoding'] === 'gzip' && method !== 'HEAD'
          ? gunzipSync(bytes).toString()
          : bytes.toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
