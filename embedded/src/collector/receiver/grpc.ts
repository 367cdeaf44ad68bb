import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { PortLimits } from '../../port-limits.ts';
import type { Signal } from '../mapping/statements.ts';
import { type Connection, type Connections, createConnections, type UnderWay } from './connections.ts';
import { answerHttp, answerOk, answerRefusal } from './grpc-answer.ts';
import { readMessage } from './grpc-message.ts';
import { status } from './grpc-status.ts';
import type { Intake } from './intake.ts';
import { listen, type Receiver, type ReceiverOptions } from './receiver.ts';
import { Refusal, refusalOf } from './refusal.ts';

const METHODS: ReadonlyMap<string, Signal> = new Map<string, Signal>([
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
]);

/** Exports of one connection under way at a time: the others wait at the sender. */
const MAX_STREAMS = 100;
/** What a call, and all calls of a connection, may have sent that is not yet read: while it waits for memory, for instance. */
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** A client that has not told its settings by then speaks no HTTP/2. */
const HELLO_MILLIS = 10_000;
/** A peer that is gone without a word is noticed by a ping that is not answered for so long. */
const PONG_MILLIS = 10_000;

/**
 * OTLP/gRPC: the Export methods of three services, over Node's HTTP/2 itself. A gRPC library hands over whole messages only;
 * here what a call has sent is counted as it comes, so that slow or lying senders hold no memory that others wait for.
 *
 * @throws ListenError when the port is taken
 */
export async function startGrpc(options: ReceiverOptions, intake: Intake): Promise<Receiver> {
  const { host, limits, log, tuning } = options;
  const server = createServer({
    settings: {
      maxConcurrentStreams: MAX_STREAMS,
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxHeaderListSize: MAX_HEADER_BYTES,
      enablePush: false,
    },
    maxHeaderListPairs: 64,
    // Calls that a client begins and resets at once: so many, and so many a second, before its connection is closed.
    streamResetBurst: 100,
    streamResetRate: 20,
  });
  const connections = createConnections({ max: limits.maxConnections, what: 'OTLP/gRPC', log });
  const bySession = new WeakMap<object, Connection>();
  let accepted: Socket;
  // Node's own listener makes a session of the socket at once, and does not say of which.
  server.prependListener('connection', (socket: Socket) => {
    accepted = socket;
  });
  server.on('session', (session) => {
    const connection = toConnection(session, accepted);
    bySession.set(session, connection);
    connections.add(connection);
    welcome(session, connection, tuning.pingMillis);
  });
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const connection = stream.session && bySession.get(stream.session);
    void answer(stream, headers, options, () => connection && connections.begin(connection), intake);
  });
  // What a client does wrong ends its own connection; there is nobody else to be told.
  server.on('sessionError', () => {});
  const port = await listen(server, 'OTLP/gRPC', { host, port: options.port });
  return { port, stop: (graceMillis) => stop(server, connections, graceMillis) };
}

/** A session that its peer has ended lets go of its socket, and would wait for the peer to hang up for as long as that takes. */
function toConnection(session: ServerHttp2Session, socket: Socket): Connection {
  const destroy = () => {
    session.destroy();
    socket.destroy();
  };
  return {
    destroy,
    close: () => (session.destroyed ? destroy() : session.close()),
    once: (event, listener) => socket.once(event, listener),
  };
}

function welcome(session: ServerHttp2Session, connection: Connection, pingMillis: number): void {
  if (session.destroyed) return;
  session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  const hello = setTimeout(connection.destroy, HELLO_MILLIS).unref();
  session.once('remoteSettings', () => clearTimeout(hello));
  let pong: NodeJS.Timeout | undefined;
  const ping = setInterval(() => {
    if (session.destroyed) {
      connection.destroy();
      return;
    }
    pong ??= setTimeout(connection.destroy, PONG_MILLIS).unref();
    session.ping(() => {
      clearTimeout(pong);
      pong = undefined;
    });
  }, pingMillis).unref();
  connection.once('close', () => {
    clearTimeout(hello);
    clearInterval(ping);
    clearTimeout(pong);
  });
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { memory, limits, tuning }: ReceiverOptions,
  begin: () => UnderWay | undefined,
  intake: Intake,
): Promise<void> {
  // A call that is broken off ends here, too: nobody is there to be told.
  stream.on('error', () => {});
  if (!isGrpc(headers)) {
    answerHttp(stream, headers[':method'] === 'POST' ? 415 : 405);
    return;
  }
  const refuse = (refusal: Refusal) => answerRefusal(stream, refusal, tuning.retryAfterSeconds);
  const signal = METHODS.get(headers[':path'] ?? '');
  if (signal === undefined) {
    refuse(
      new Refusal(
        404,
        status.UNIMPLEMENTED,
        `no such method: ${headers[':path']}; expected ${[...METHODS.keys()].join(', ')}`,
      ),
    );
    return;
  }
  const share = memory.share();
  const underWay = begin();
  stream.once('close', () => {
    underWay?.end();
    share.release();
    clearTimeout(timer);
  });
  const timer = setTimeout(() => refuse(late(limits)), limits.requestMillis);
  try {
    const bounds = { maxBytes: limits.maxRequestBytes, share };
    const body = await readMessage(stream, headers['grpc-encoding']?.toString(), bounds);
    if (stream.headersSent) return;
    clearTimeout(timer);
    underWay?.received();
    await intake(signal, body);
    answerOk(stream);
  } catch (error) {
    refuse(refusalOf(error));
  } finally {
    share.release();
    underWay?.answered();
    endInTime(stream, limits.requestMillis);
  }
}

/** An answer that its sender does not take must not keep the call for ever. */
function endInTime(stream: ServerHttp2Stream, millis: number): void {
  if (stream.destroyed) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), millis).unref();
  stream.once('close', () => clearTimeout(timer));
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'POST' && /^application\/grpc(\+|;|$)/.test(headers['content-type'] ?? '');
}

function late({ requestMillis }: PortLimits): Refusal {
  return new Refusal(408, status.DEADLINE_EXCEEDED, `no complete request in ${requestMillis} ms`);
}

/** Lets calls in flight end, for a while. */
async function stop(server: Http2Server, connections: Connections, graceMillis: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  connections.closeWhenIdle();
  const timer = setTimeout(() => connections.closeAll(), graceMillis);
  await closed;
  clearTimeout(timer);
}
