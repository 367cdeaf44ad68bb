import { connect, createServer, type Socket } from 'node:net';
import { ClickHouseError } from './error.ts';

/**
 * Where ClickHouse itself listens when a front of ours stands at the address the user chose. Other users of this machine can find its
 * ports there: it serves no Unix domain sockets.
 */
export const INNER_HOST = '127.0.0.1';

/** What stands before one of ClickHouse's own ports. */
export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** What is spoken there, and the setting that moves it: for the message when it cannot be listened on. */
  readonly use: string;
  readonly setting: string;
}

/** A listening front. */
export interface Front {
  /** Lets go of every client, and of the server in order. */
  stop(): Promise<void>;
}

/**
 * Listens on a port and hands every client to `admit`.
 *
 * @throws {ClickHouseError} the port cannot be listened on
 */
export async function startFront(options: FrontOptions, admit: (client: Socket) => void): Promise<Front> {
  const { host, port } = options;
  const clients = new Set<Socket>();
  const front = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => {}); // 'close' follows.
    admit(client);
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, options)));
    front.listen({ host, port, exclusive: true }, resolve);
  });
  return {
    async stop() {
      const closed = new Promise((resolve) => front.close(resolve));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

/** Joins a client to one of ClickHouse's own ports; `first` is what the client has said already. */
export function joinInner(client: Socket, innerPort: number, first?: Buffer): void {
  const server = connect({ host: INNER_HOST, port: innerPort, noDelay: true });
  server.once('error', () => client.destroy());
  if (first !== undefined) server.write(first);
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

function explain(cause: NodeJS.ErrnoException, { host, port, use, setting }: FrontOptions): ClickHouseError {
  const where = `Port ${port} on ${host} (${use})`;
  const why =
    cause.code === 'EADDRINUSE'
      ? 'is taken by another program: stop that program, or'
      : `cannot be listened on (${cause.message}):`;
  return new ClickHouseError(`${where} ${why} set ${setting} to a free port.`, { cause });
}
