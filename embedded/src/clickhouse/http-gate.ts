import { connect, type Socket } from 'node:net';
import type { PortLimits } from '../port-limits.ts';
import { watchBodyPace } from './body-pace.ts';
import { type Front, startFront } from './front.ts';
import { type HttpRefusal, refusalResponse } from './http-refusal.ts';
import { httpRequests, type PassedBytes } from './http-requests.ts';
import type { InnerAddress } from './inner-address.ts';
import { leave } from './leave.ts';
import { createLine, type Line } from './line.ts';
import { webPageCheck } from './web-page-check.ts';

/** Where the gate stands. */
export interface HttpGateOptions {
  readonly host: string;
  readonly port: number;
  readonly inner: InnerAddress;
  readonly limits: PortLimits;
  /** Names of this machine, in lower case, besides its own. */
  readonly allowedHosts: readonly string[];
  /** Ends the SELECT of the connection that comes from this port to ClickHouse's. */
  readonly endSelect: (fromPort: number) => void;
}

/** ClickHouse takes statements of 256 KiB in text; longer heads have no use. */
const MAX_HEAD_BYTES = 256 * 1024;
/** How long a client that was refused may go on sending: closing a socket with unread bytes in it would tear its answer away. */
const LINGER_MS = 2_000;
/** How long ClickHouse may go on with an answer that nobody waits for any more, and how often it is told not to. */
const UNHEARD_MS = 500;
/**
 * Connections to ClickHouse at a time; further clients wait in line. Each takes two megabytes of its memory beside what its query takes,
 * and 512 of them ended the server.
 */
const MAX_SERVERS = 128;
const AWAY: HttpRefusal = {
  status: 503,
  line: 'ClickHouse does not answer: it is starting, or was killed. Try again.',
};
const BUSY: HttpRefusal = {
  status: 503,
  line: `ClickHouse has ${MAX_SERVERS} connections over HTTP, as many as it can at a time. Try again.`,
};
const SLOW: HttpRefusal = {
  status: 408,
  line: 'Others wait for ClickHouse, and of this request less than 1 kB a second came. Send its body as a whole.',
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
  const line = createLine(MAX_SERVERS);
  return startFront({ host, port, maxConnections: limits.maxConnections, ...names }, (client) =>
    admit(client, { ...options, line }, httpRequests(bounds)),
  );
}

/** What all clients of a gate share. */
interface Gate extends HttpGateOptions {
  /** For connections to ClickHouse; those whose client has gone have a place, too, until ClickHouse ends them. */
  readonly line: Line;
}

/** A client's own connection to ClickHouse. */
interface Joined {
  readonly server: Socket;
  /** Called when it has closed; `failed`: by an error. */
  onClose: (failed: boolean) => void;
}

function admit(client: Socket, gate: Gate, requests: ReturnType<typeof httpRequests>): void {
  let joined: Joined | undefined;
  let leaveLine: (() => void) | undefined;
  let hasSaidAll = false;
  let readBefore = 0;
  let headTimer: NodeJS.Timeout | undefined;
  const awaitHead = () => {
    headTimer ??= setTimeout(
      () => (leaveLine === undefined ? client.destroy() : turnAway(BUSY)),
      gate.limits.requestMillis,
    );
  };
  const headCame = () => {
    clearTimeout(headTimer);
    headTimer = undefined;
  };
  // An INSERT at a trickle makes room for who waits in line: it is none that anybody waits for.
  const bodyPace = watchBodyPace(client, () => gate.line.isWaitedIn() && turnAway(SLOW));
  awaitHead();
  client.once('close', () => {
    headCame();
    bodyPace.end();
    leaveLine?.();
  });

  client.on('data', onData);
  // A client that has said all may still be waiting for its answer.
  client.once('end', () => {
    hasSaidAll = true;
    if (leaveLine === undefined) (joined?.server ?? client).end();
  });

  function onData(chunk: Buffer): void {
    const isNew = requests.at() !== 'body';
    const pushed = requests.push(chunk);
    if (isNew) readBefore = joined?.server.bytesRead ?? 0;
    if (joined !== undefined || pushed.passed.length === 0) passOn(pushed);
    else standInLine(pushed);
  }

  function standInLine(first: PassedBytes): void {
    client.pause();
    const leaveIt = gate.line.enter((free) => {
      leaveLine = undefined;
      joined = joinServer(client, gate);
      joined.server.once('close', free);
      client.resume();
      passOn(first);
      if (hasSaidAll) joined.server.end();
    });
    if (joined === undefined) leaveLine = leaveIt;
  }

  function passOn({ passed, refusal }: PassedBytes): void {
    for (const bytes of passed) joined?.server.write(bytes);
    if (joined?.server.writableNeedDrain) client.pause();
    if (refusal !== undefined) {
      turnAway(refusal);
      return;
    }
    if (requests.at() === 'head') awaitHead();
    else if (joined !== undefined) headCame();
    if (requests.at() === 'body') bodyPace.begin();
    else bodyPace.end();
  }

  function turnAway(refusal: HttpRefusal): void {
    client.off('data', onData);
    headCame();
    bodyPace.end();
    leaveLine?.();
    if (joined !== undefined && requests.at() === 'body') abandon(client, joined, readBefore, refusal);
    else refuse(client, joined, refusal);
  }
}

function joinServer(client: Socket, { inner, endSelect }: Gate): Joined {
  const server = connect({ host: inner.host, port: inner.httpPort, noDelay: true });
  let isReached = false;
  let unheard: NodeJS.Timeout | undefined;
  const joined: Joined = {
    server,
    onClose(failed) {
      if (client.writableEnded || client.destroyed) return;
      if (!isReached) refuse(client, undefined, AWAY);
      else if (failed) client.resetAndDestroy();
      else endSoon(client);
    },
  };
  server.once('connect', () => {
    isReached = true;
  });
  server.pipe(client, { end: false });
  server.on('drain', () => client.resume());
  server.on('error', () => {}); // 'close' follows.
  server.once('close', (failed) => {
    clearInterval(unheard);
    joined.onClose(failed);
  });
  client.once('close', () => {
    if (server.destroyed) return;
    leave(server);
    // Again and again: it may be refused, or the SELECT have not begun yet.
    unheard = setInterval(() => server.localPort !== undefined && endSelect(server.localPort), UNHEARD_MS);
  });
  return joined;
}

/** Answers in place of ClickHouse, when that has answered what it was asked before. */
function refuse(client: Socket, joined: Joined | undefined, refusal: HttpRefusal): void {
  if (joined !== undefined && !joined.server.destroyed) {
    joined.onClose = () => refuse(client, undefined, refusal);
    joined.server.end();
    return;
  }
  client.write(refusalResponse(refusal));
  endSoon(client);
}

/**
 * Answers a request that ClickHouse has a part of; it takes the end of its connection for a broken request, of which nothing is kept.
 * `readBefore`: bytes it had answered when the request came; more of them would stand in front of our answer.
 */
function abandon(client: Socket, joined: Joined, readBefore: number, refusal: HttpRefusal): void {
  joined.onClose = () => {};
  leave(joined.server);
  if (joined.server.bytesRead > readBefore) client.destroy();
  else refuse(client, undefined, refusal);
}

function endSoon(client: Socket): void {
  client.end();
  client.resume();
  setTimeout(() => client.destroy(), LINGER_MS).unref();
}
