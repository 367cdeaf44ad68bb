import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

/** One exchange with ClickHouse. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

/** ClickHouse as the gateway sees it. */
export interface Upstream {
  /** Resolves with the response's head; rejects with the socket's error when ClickHouse is away or `signal` aborts. */
  send(request: UpstreamRequest): Promise<IncomingMessage>;
  close(): void;
}

/** A client of `url` that keeps its connections; longer than any query may run without a byte is taken for dead. */
export function createUpstream(url: string, idleTimeoutMs: number): Upstream {
  const agent = new Agent({ keepAlive: true, timeout: idleTimeoutMs });

  const exchange = (sent: UpstreamRequest): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const outgoing = request(new URL(sent.path, url), {
        agent,
        method: sent.method,
        headers: sent.headers,
        signal: sent.signal,
        timeout: idleTimeoutMs,
      });
      // A kept connection has the patience that ClickHouse announced for idle ones (Keep-Alive: timeout=10), and Node leaves it so.
      outgoing.on('socket', (socket) => socket.setTimeout(idleTimeoutMs));
      outgoing.on('response', resolve);
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no byte for ${idleTimeoutMs / 1000} s`)));
      outgoing.on('error', (error) => reject(Object.assign(error, { reusedSocket: outgoing.reusedSocket })));
      outgoing.end(sent.body);
    });

  return {
    // ClickHouse may close a kept connection in the moment it is used again; reads can be asked twice.
    send: (sent) =>
      exchange(sent).catch((error) => {
        if (error.reusedSocket && error.code === 'ECONNRESET' && !sent.signal.aborted) return exchange(sent);
        throw error;
      }),
    close: () => agent.destroy(),
  };
}
