import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ControlConfig } from '../config.ts';
import { createAccess } from './access.ts';
import { makeRoom } from './make-room.ts';
import { ProblemError, toProblem } from './problem.ts';
import { type Controlled, createRoutes } from './routes.ts';

/** The control API cannot listen. The message is one line and names the setting to change. */
export class ControlError extends Error {
  override name = 'ControlError';
}

/** The control API, listening. */
export interface Control {
  /** Its port; 0 where there is none. */
  readonly port: number;
  /** From now on it answers for this run; until then it says that there is none yet. */
  serve(controlled: Controlled): void;
  close(): Promise<void>;
}

/** Connections that lie idle make room for others. */
const KEEP_ALIVE_MS = 5_000;
/** How often requests that take too long are looked for. */
const CHECK_EVERY_MS = 1_000;

/** Starts to listen, unless the port is 0. `report` takes a line where the API itself fails. Throws a {@link ControlError} where it cannot. */
export async function startControl(
  { host, port, token, limits }: ControlConfig,
  report: (line: string) => void,
): Promise<Control> {
  if (port === 0) return { port, serve: () => {}, close: async () => {} };
  let controlled: Controlled | undefined;
  const checkAccess = createAccess({ host, token });
  const routes = createRoutes(limits);

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    checkAccess(request.headers);
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (methods === undefined) {
      throw new ProblemError(404, `${path.slice(0, 80)}: no such path; expected ${Object.keys(routes).join(', ')}.`);
    }
    // A HEAD is a GET whose body stays away.
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (handler === undefined) {
      const allowed = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
      throw new ProblemError(405, `${request.method} ${path}: expected ${allowed.join(' or ')}.`, {
        Allow: allowed.join(', '),
      });
    }
    if (controlled === undefined)
      throw new ProblemError(503, 'The run has not started yet: try again in a second.', { 'Retry-After': '1' });
    return handler(request, controlled);
  };

  const server = createServer(
    {
      maxHeaderSize: limits.maxRequestBytes,
      headersTimeout: limits.requestMillis,
      requestTimeout: limits.requestMillis,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, limits.requestMillis),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => void respond(request, response, answer, report),
  );
  makeRoom(server, limits.maxConnections);
  await listen(server, host, port);
  return {
    // A server that listens on a port has an address of this kind.
    port: (server.address() as AddressInfo).port,
    serve: (next) => {
      controlled = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: IncomingMessage) => Promise<unknown>,
  report: (line: string) => void,
): Promise<void> {
  try {
    send(response, 200, 'application/json', await answer(request));
  } catch (error) {
    // The client is gone; nobody is left to answer.
    if (request.destroyed && !request.complete) return;
    const problem =
      error instanceof ProblemError ? error : new ProblemError(500, 'The event-generator could not answer.');
    if (problem !== error) report(`The control API could not answer ${request.method} ${request.url}: ${error}`);
    // A body that nobody has read would be taken for the next request.
    const headers = request.complete ? problem.headers : { ...problem.headers, Connection: 'close' };
    send(response, problem.status, 'application/problem+json', toProblem(problem), headers);
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = `${JSON.stringify(body, null, 2)}\n`;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw new ControlError(explain(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
}

function explain({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} (the control API) is taken by another program, maybe another event-generator: stop that, or set CONTROL_PORT to a free port, or to 0 for no control API.`;
  }
  if (code === 'EACCES')
    return `Port ${port} on ${host} (the control API) may not be used by this user: set CONTROL_PORT to a port above 1023.`;
  if (code === 'EADDRNOTAVAIL')
    return `CONTROL_HOST="${host}" is no address of this machine: set CONTROL_HOST to one, or leave it unset for 127.0.0.1.`;
  return `Port ${port} on ${host} (the control API) cannot be listened on (${code}): set CONTROL_PORT to another port.`;
}
