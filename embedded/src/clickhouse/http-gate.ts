import { connect, type Socket } from 'node:net';
import type { PortLimits } from '../port-limits.ts';
import { type Front, startFront } from './front.ts';
import { type HttpRefusal, refusalResponse } from './http-refusal.ts';
import { httpRequests } from './http-requests.ts';
import type { InnerAddress } from './inner-address.ts';
import { webPageCheck } from './web-page-check.ts';

/** Where the gate stands. */
export interface HttpGateOptions {
  readonly host: string;
  readonly port: number;
  readonly inner: InnerAddress;
  readonly limits: PortLimits;
  /** Names of this machine, in lower case, besides its own. */
  readonly allowedHosts: readonly string[];
}

/** ClickHouse takes statements of 256 KiB in text; longer heads have no use. */
const MAX_HEAD_BYTES = 256 * 1024;
/** How long a client that was refused may go on sending: closing a socket with unread bytes in it would tear its answer away. */
const LINGER_MS = 2_000;
const AWAY: HttpRefusal = {
  status: 503,
  line: 'ClickHouse does not answer: it is starting, or was killed. Try again.',
};

/**
 * Stands before ClickHouse's HTTP port. It reads the head of each request and cuts its body off the next one's; what it lets pass goes on
 * byte by byte, and what ClickHouse answers comes back as it is, progress headers and broken-off answers included.
 *
 * @throws {ClickHouseError} the port cannot be listened on
 */
export function startHttpGate(options: HttpGateOptions): Promise<Front> {
  const { host, port, limits } = options;
  const check = webPageCheck(options);
  const bounds = { maxHeadBytes: MAX_HEAD_BYTES, maxBodyBytes: limits.maxRequestBytes, check };
  const names = { use: 'ClickHouse over HTTP', setting: 'CLICKHOUSE_HTTP_PORT' };
  return startFront({ host, port, maxConnections: limits.maxConnections, ...names }, (client) =>
    admit(client, options, httpRequests(bounds)),
  );
}

function admit(client: Socket, { inner, limits }: HttpGateOptions, requests: ReturnType<typeof httpRequests>): void {
  let server: Socket | undefined;
  let readBefore = 0;
  let headTimer: NodeJS.Timeout | undefined;
  const awaitHead = () => {
    headTimer ??= setTimeout(() => client.destroy(), limits.requestMillis);
  };
  const headCame = () => {
    clearTimeout(headTimer);
    headTimer = undefined;
  };
  awaitHead();
  client.once('close', headCame);

  client.on('data', onData);
  // A client that has said all may still be waiting for its answer.
  client.once('end', () => (server === undefined ? client.end() : server.end()));

  function onData(chunk: Buffer): void {
    const isNew = requests.at() !== 'body';
    const { passed, refusal } = requests.push(chunk);
    if (isNew) readBefore = server?.bytesRead ?? 0;
    if (passed.length > 0) {
      server ??= joinServer(client, inner);
      for (const bytes of passed) server.write(bytes);
      if (server.writableNeedDrain) client.pause();
    }
    if (refusal !== undefined) {
      client.off('data', onData);
      headCame();
      if (requests.at() === 'body') abandon(client, server, readBefore, refusal);
      else refuse(client, server, refusal);
    } else if (requests.at() === 'head') awaitHead();
    else if (server !== undefined) headCame();
  }
}

/** A connection of the client's own to ClickHouse. */
function joinServer(client: Socket, inner: InnerAddress): Socket {
  const server = connect({ host: inner.host, port: inner.httpPort, noDelay: true });
  let isReached = false;
  server.once('connect', () => {
    isReached = true;
  });
  server.pipe(client, { end: false });
  server.on('drain', () => client.resume());
  server.on('error', () => {}); // 'close' follows.
  server.once('close', (failed) => {
    if (client.writableEnded) return;
    if (!isReached) refuse(client, undefined, AWAY);
    else if (failed) client.resetAndDestroy();
    else endSoon(client);
  });
  client.once('close', () => server.destroy());
  return server;
}

/** Answers in place of ClickHouse, when that has answered what it was asked before. */
function refuse(client: Socket, server: Socket | undefined, refusal: HttpRefusal): void {
  if (server !== undefined && !server.destroyed) {
    server.removeAllListeners('close').once('close', () => refuse(client, undefined, refusal));
    server.end();
    return;
  }
  client.write(refusalResponse(refusal));
  endSoon(client);
}

/**
 * Answers a request that ClickHouse has a part of; it takes the end of its connection for a broken request, of which nothing is kept.
 * `readBefore`: bytes it had answered when the request came; more of them would stand in front of our answer.
 */
function abandon(client: Socket, server: Socket | undefined, readBefore: number, refusal: HttpRefusal): void {
  server?.unpipe(client).removeAllListeners('close').destroy();
  if (server !== undefined && server.bytesRead > readBefore) client.destroy();
  else refuse(client, undefined, refusal);
}

function endSoon(client: Socket): void {
  client.end();
  client.resume();
  setTimeout(() => client.destroy(), LINGER_MS).unref();
}
