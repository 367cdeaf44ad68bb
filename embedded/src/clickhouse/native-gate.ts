import { connect, createServer, type Socket } from 'node:net';
import { localHost } from '../local-address.ts';
import { ClickHouseError } from './error.ts';
import { type Refusal, tryLogin } from './login.ts';
import { exceptionPacket, readHello } from './native-protocol.ts';

/** Where the gate stands. */
export interface NativeGateOptions {
  readonly host: string;
  readonly port: number;
  /** The native port of ClickHouse itself. */
  readonly innerPort: number;
  /** ClickHouse over HTTP. */
  readonly url: string;
}

/** A listening gate. */
export interface NativeGate {
  /** Lets go of every client, and of the server in order. */
  stop(): Promise<void>;
}

const HELLO_WITHIN_MS = 10_000;
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
export async function startNativeGate(options: NativeGateOptions): Promise<NativeGate> {
  const { host, port } = options;
  const clients = new Set<Socket>();
  const gate = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => {}); // 'close' follows.
    admit(client, options);
  });
  await new Promise<void>((resolve, reject) => {
    gate.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, host, port)));
    gate.listen({ host, port, exclusive: true }, resolve);
  });
  return {
    async stop() {
      const closed = new Promise((resolve) => gate.close(resolve));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

function admit(client: Socket, options: NativeGateOptions): void {
  let bytes = Buffer.alloc(0);
  client.setTimeout(HELLO_WITHIN_MS, () => client.destroy());
  client.on('data', onData);

  function onData(chunk: Buffer): void {
    bytes = Buffer.concat([bytes, chunk]);
    const hello = readHello(bytes);
    if (hello === 'incomplete') return;
    client.off('data', onData).pause().setTimeout(0);
    if (hello === 'garbage') {
      client.end(isHttp(bytes) ? WRONG_PORT : '');
      client.resume();
      return;
    }
    tryLogin(options.url, hello.user, hello.password).then((refusal) => {
      if (client.destroyed) return;
      if (refusal === undefined) join(client, bytes, options);
      else refuse(client, refusal);
    });
  }
}

function isHttp(bytes: Buffer): boolean {
  return /^(GET|HEAD|POST|PUT|OPTIONS) /.test(bytes.toString('latin1', 0, 8));
}

function refuse(client: Socket, { code, message }: Refusal): void {
  client.end(exceptionPacket(code, message));
  client.resume();
}

function join(client: Socket, hello: Buffer, { host, innerPort }: NativeGateOptions): void {
  const server = connect({ host: localHost(host), port: innerPort, noDelay: true });
  server.once('error', () => client.destroy());
  server.write(hello);
  server.pipe(client);
  client.pipe(server);
  // However the client ended, the server sees the orderly end of its stream, and what it still sends is read: closing a socket with
  // unread bytes in it would be a reset.
  client.once('close', () => {
    server.unpipe(client);
    server.end();
    server.resume();
  });
  server.once('close', () => client.end());
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): ClickHouseError {
  const where = `Port ${port} on ${host} (ClickHouse's native protocol)`;
  const why =
    cause.code === 'EADDRINUSE'
      ? 'is taken by another program: stop that program, or'
      : `cannot be listened on (${cause.message}):`;
  return new ClickHouseError(`${where} ${why} set CLICKHOUSE_TCP_PORT to a free port.`, { cause });
}
