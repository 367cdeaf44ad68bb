import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { limitConnections } from '../connection-limit.ts';
import type { PortLimits } from '../port-limits.ts';
import { type Access, createAccess, repeatedHeader, visitUrl } from './access.ts';
import { answerPage } from './page-files.ts';
import { landingPath, pageScript, QUERY_PATH } from './page-script.ts';
import { answerQuery } from './query.ts';
import { answer, SECURITY_HEADERS } from './response.ts';
import { readContent } from './shipped-content.ts';
import { createUpstream, type Upstream } from './upstream.ts';

/** Longer than the reader's own limit on a query, which answers better than a cut connection. */
const UPSTREAM_IDLE_MS = 90_000;
const HEAD_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 5_000;
const MAX_HEAD_BYTES = 64 * 1024;

/** What the gateway needs to know. */
export interface HyperdxOptions {
  /** The address to listen on. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** ClickHouse's HTTP interface. */
  readonly clickhouseUrl: string;
  /** Of the user `hyperdx`; it goes to ClickHouse and nowhere else. */
  readonly hyperdxPassword: string;
  readonly limits: PortLimits;
  /** Names of this machine, in lower case, besides its own. */
  readonly allowedHosts: readonly string[];
}

/** HyperDX, being served. */
export interface Hyperdx {
  /** Where a person opens it. */
  readonly url: string;
  /** Ends every exchange and frees the port. */
  stop(): Promise<void>;
}

/** HyperDX cannot be served; the message says what to do. */
export class HyperdxError extends Error {
  override readonly name = 'HyperdxError';
}

interface Gateway {
  readonly access: Access;
  readonly upstream: Upstream;
  readonly password: string;
  readonly maxQueryBytes: number;
  readonly script: string;
  readonly landing: string;
}

/**
 * Serves HyperDX, the page inside ClickHouse, with its sources, dashboards and saved searches in place, and passes its queries on
 * as the read-only user `hyperdx`. Answers only visits under its own name and queries of its own pages.
 *
 * @throws {HyperdxError} when the port is taken or not allowed.
 * @throws {ContentError} when a file of config/hyperdx is wrong.
 */
export async function startHyperdx(options: HyperdxOptions): Promise<Hyperdx> {
  const content = readContent();
  const { host, limits, allowedHosts } = options;
  const server = createServer({
    requestTimeout: limits.requestMillis,
    headersTimeout: Math.min(HEAD_WITHIN_MS, limits.requestMillis),
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, limits.requestMillis),
    maxHeaderSize: MAX_HEAD_BYTES,
  });
  limitConnections(server, { max: limits.maxConnections, what: 'HyperDX', setting: 'HYPERDX_MAX_CONNECTIONS' });
  await listen(server, options);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const upstream = createUpstream(options.clickhouseUrl, UPSTREAM_IDLE_MS);
  const gateway: Gateway = {
    access: createAccess({ host, port, allowedHosts }),
    upstream,
    password: options.hyperdxPassword,
    maxQueryBytes: limits.maxRequestBytes,
    script: pageScript(content),
    landing: landingPath(content),
  };
  server.on('request', (request, response) => {
    route(gateway, request, response).catch((error) => fail(response, error));
  });
  return {
    url: visitUrl(host, port),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      upstream.close();
    },
  };
}

async function route(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value ?? '');
  const path = (request.url ?? '').split('?', 1)[0]!;
  const repeated = repeatedHeader(request);
  if (repeated !== undefined) return answer(response, 400, `The header ${repeated} came twice.`);
  const isQuery = path === QUERY_PATH;
  const refusal = isQuery ? gateway.access.query(request.headers) : gateway.access.page(request.headers);
  if (refusal !== undefined) return answer(response, 403, refusal);
  if (isQuery) return answerQuery(gateway, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(response, 405, `${path} is there to be read only.`, { allow: 'GET, HEAD' });
  }
  if (path === '/') return answer(response, 302, 'HyperDX', { location: gateway.landing });
  if (path === '/__ENV.js') return answerScript(response, gateway.script);
  return answerPage(gateway.upstream, path, request, response);
}

function answerScript(response: ServerResponse, script: string): void {
  response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : script);
}

/** What no rule foresaw; a response under way can only be cut. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else answer(response, 500, `HyperDX could not answer: ${error instanceof Error ? error.message : error}`);
}

function listen(server: Server, { host, port }: HyperdxOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is taken by another program' : cause.message;
      reject(new HyperdxError(`HyperDX cannot listen on ${host}:${port}: ${why}. HYPERDX_PORT moves it.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}
