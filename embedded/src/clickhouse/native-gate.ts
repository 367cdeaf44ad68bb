import type { Socket } from 'node:net';
import { type Front, joinInner, startFront } from './front.ts';
import { type Refusal, tryLogin } from './login.ts';
import { exceptionPacket, readHello } from './native-protocol.ts';

/** Where the gate stands. */
export interface NativeGateOptions {
  readonly host: string;
  readonly port: number;
  /** The native port of ClickHouse itself, on INNER_HOST. */
  readonly innerPort: number;
  /** ClickHouse over HTTP. */
  readonly url: string;
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
export function startNativeGate(options: NativeGateOptions): Promise<Front> {
  const { host, port } = options;
  const front = { host, port, use: "ClickHouse's native protocol", setting: 'CLICKHOUSE_TCP_PORT' };
  return startFront(front, (client) => admit(client, options));
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
      if (refusal === undefined) joinInner(client, options.innerPort, bytes);
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
