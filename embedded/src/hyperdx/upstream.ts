import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** One exchange with ClickHouse. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** Aborted, it leaves the exchange: ClickHouse is told that no more is said, and what it still answers is read and forgotten. */
  readonly signal: AbortSignal;
}

/** ClickHouse as the gateway sees it. */
export interface Upstream {
  /**
   * Resolves with the response's head; rejects with the socket's error when ClickHouse is away, or with the reason of `signal`. The response
   * is not to be destroyed: see clickhouse/leave.ts. {@link passOn} does not.
   */
  send(request: UpstreamRequest): Promise<IncomingMessage>;
  /** Ends the connections that are not in use; the others end with their exchanges. */
  close(): void;
}

/** Of which further exchanges wait: a connection takes a megabyte or two of ClickHouse's memory, also one whose page has gone. */
const MAX_CONNECTIONS = 64;

/** A client of `url` that keeps its connections; longer than any query may run without a byte is taken for dead. */
export function createUpstream(url: string, idleTimeoutMs: number): Upstream {
  const agent = new Agent({ keepAlive: true, timeout: idleTimeoutMs, maxSockets: MAX_CONNECTIONS });

  const exchange = (sent: UpstreamRequest): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      sent.signal.throwIfAborted();
      const outgoing = request(new URL(sent.path, url), {
        agent,
        method: sent.method,
        headers: sent.headers,
        timeout: idleTimeoutMs,
      });
      let answer: IncomingMessage | undefined;
      const leave = () => {
        reject(sent.signal.reason);
        leaveExchange(outgoing, answer);
      };
      const isOver = () => sent.signal.removeEventListener('abort', leave);
      sent.signal.addEventListener('abort', leave);
      outgoing.on('close', isOver);
      // A kept connection has the patience that ClickHouse announced for idle ones (Keep-Alive: timeout=10), and Node leaves it so.
      outgoing.on('socket', (socket) => socket.setTimeout(idleTimeoutMs));
      outgoing.on('response', (response) => {
        answer = response;
        // Before the connection is another exchange's.
        response.on('end', isOver);
        if (sent.signal.aborted) response.resume();
        else resolve(response);
      });
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
    close() {
      agent.maxFreeSockets = 0;
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    },
  };
}

/** As clickhouse/leave.ts says, for a connection that is an HTTP client's. */
function leaveExchange(outgoing: ClientRequest, answer: IncomingMessage | undefined): void {
  if (outgoing.socket === null || outgoing.socket.connecting) outgoing.destroy();
  else outgoing.socket.end();
  answer?.resume();
}

/**
 * Passes an answer of ClickHouse's on to `to` and ends that; all of it is read also when `to` closes before. Rejects when ClickHouse breaks
 * the answer off.
 */
export async function passOn(answer: IncomingMessage, to: Writable): Promise<void> {
  answer.pipe(to);
  to.once('close', () => answer.resume());
  await finished(answer);
}
