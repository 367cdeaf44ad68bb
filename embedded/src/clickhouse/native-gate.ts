import { connect, type Socket } from 'node:net';
import type { PortLimits } from '../port-limits.ts';
import { type Front, startFront } from './front.ts';
import { type InnerAddress, innerUrl } from './inner-address.ts';
import { leave } from './leave.ts';
import { type Refusal, tryLogin } from './login.ts';
import { exceptionPacket, readHello } from './native-protocol.ts';

/** Where the gate stands. */
export interface NativeGateOptions {
  readonly host: string;
  readonly port: number;
  readonly inner: InnerAddress;
  readonly limits: PortLimits;
}

const WRONG_PORT =
  'HTTP/1.0 400 Bad Request\r\n\r\nThis is the port of clickhouse-client. HTTP is spoken at CLICKHOUSE_HTTP_PORT.\r\n';

/**
 * Stands between clients of the native protocol and the embedded server.
 *
 * clickhouse-local, unlike clickhouse-server, ends its process upon any exception that leaves a connection's handler, and native
 * connections have three such (tried with 26.7.2): a wrong password, bytes that are no hello, a reset while idle. So the gate reads
 * the hello itself, has the password checked over HTTP, where a refusal harms nobody, and passes a client's end on as an orderly one.
 *
 * @throws {ClickHouseError} the port cannot be listened on
 */
export function startNativeGate(options: NativeGateOptions): Promise<Front> {
  const { host, port, limits } = options;
  const names = { use: "ClickHouse's native protocol", setting: 'CLICKHOUSE_TCP_PORT' };
  return startFront({ host, port, maxConnections: limits.maxConnections, ...names }, (client) =>
    admit(client, options),
  );
}

function admit(client: Socket, { inner, limits }: NativeGateOptions): void {
  let bytes = Buffer.alloc(0);
  // Not the socket's own timeout, which each byte would begin anew.
  const helloTimer = setTimeout(() => client.destroy(), limits.requestMillis);
  client.once('close', () => clearTimeout(helloTimer));
  client.once('end', () => client.end());
  client.on('data', onData);

  function onData(chunk: Buffer): void {
    bytes = Buffer.concat([bytes, chunk]);
    const hello = readHello(bytes);
    if (hello === 'incomplete') return;
    clearTimeout(helloTimer);
    client.off('data', onData).pause();
    if (hello === 'garbage') {
      client.end(isHttp(bytes) ? WRONG_PORT : '');
      client.resume();
      return;
    }
    tryLogin(innerUrl(inner), hello.user, hello.password).then((refusal) => {
      if (client.destroyed) return;
      if (refusal === undefined) joinServer(client, inner, bytes);
      else refuse(client, refusal);
    });
  }
}

/** Joins a client to the native port; `hello` is what it has said already. */
function joinServer(client: Socket, inner: InnerAddress, hello: Buffer): void {
  const server = connect({ host: inner.host, port: inner.nativePort, noDelay: true });
  server.once('error', () => client.destroy());
  server.write(hello);
  server.pipe(client);
  client.pipe(server);
  client.once('close', () => leave(server));
  server.once('close', () => client.end());
}

function isHttp(bytes: Buffer): boolean {
  return /^(GET|HEAD|POST|PUT|OPTIONS) /.test(bytes.toString('latin1', 0, 8));
}

function refuse(client: Socket, { code, message }: Refusal): void {
  client.end(exceptionPacket(code, message));
  client.resume();
}
