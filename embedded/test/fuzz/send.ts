import { Agent, request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import type { FuzzRequest } from './request.ts';

/** What a sender is told. */
export interface Answer {
  /** `grpc 0`, `http 200`, or how it ended without a status: `reset`. */
  readonly status: string;
  readonly message: string;
  readonly isAccepted: boolean;
}

/** Sends requests byte for byte. */
export interface Sender {
  send(request: FuzzRequest): Promise<Answer>;
  close(): void;
}

/** No answer after so long is a finding. */
const TIMEOUT_MILLIS = 45_000;

/** A sender to a collector's two ports, with one HTTP/2 connection and a few of HTTP/1.1. */
export function createSender(ports: { readonly grpcPort: number; readonly httpPort: number }): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let session: ClientHttp2Session | undefined;
  const open = () => {
    if (session === undefined || session.closed || session.destroyed) {
      // Its own bound, of what it has not sent yet, is one huge request; then it resets all others.
      session = connect(`http://127.0.0.1:${ports.grpcPort}`, { maxSessionMemory: 1_000 }).on('error', () => {});
      session.setMaxListeners(0);
    }
    return session;
  };
  return {
    send: (request) =>
      request.transport === 'grpc' ? overHttp2(open(), request) : overHttp1(agent, ports.httpPort, request),
    close: () => {
      agent.destroy();
      session?.destroy();
    },
  };
}

function overHttp2(session: ClientHttp2Session, { method, path, headers, body }: FuzzRequest): Promise<Answer> {
  return new Promise((resolve) => {
    let [status, message] = ['reset', ''];
    const stream = session.request({ ':method': method, ':path': path, ...headers });
    const read = (answer: Record<string, unknown>) => {
      if (answer['grpc-status'] !== undefined) status = `grpc ${answer['grpc-status']}`;
      else if (answer[':status'] !== undefined && answer[':status'] !== 200) status = `http ${answer[':status']}`;
      if (answer['grpc-message'] !== undefined) message = decodeURIComponent(String(answer['grpc-message']));
    };
    stream.setTimeout(TIMEOUT_MILLIS, () => {
      status = 'none';
      stream.close();
    });
    stream
      .on('response', read)
      .on('trailers', read)
      .on('error', () => {})
      .resume();
    stream.once('close', () => resolve({ status, message, isAccepted: status === 'grpc 0' }));
    stream.end(body);
  });
}

function overHttp1(agent: Agent, port: number, { method, path, headers, body }: FuzzRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const ended = (status: string) => resolve({ status, message: '', isAccepted: false });
    const request = httpRequest({
      ...{ agent, port, host: '127.0.0.1', method, path, timeout: TIMEOUT_MILLIS },
      headers: { ...headers, 'content-length': body.length },
    });
    request.once('timeout', () => {
      request.destroy();
      ended('none');
    });
    request.once('error', () => ended('reset'));
    request.once('response', async (response) => {
      const message = await text(response).catch(() => '');
      resolve({ status: `http ${response.statusCode}`, message, isAccepted: response.statusCode === 200 });
    });
    request.end(body);
  });
}
