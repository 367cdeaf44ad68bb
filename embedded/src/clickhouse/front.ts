import { createServer, type Socket } from 'node:net';
import { limitConnections } from '../connection-limit.ts';
import { ClickHouseError } from './error.ts';

/** What stands before one of ClickHouse's own ports. */
export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** What is spoken there, and the setting that moves it: for the message when it cannot be listened on. */
  readonly use: string;
  readonly setting: string;
  readonly maxConnections: number;
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
  const { host, port, use, maxConnections } = options;
  const clients = new Set<Socket>();
  const front = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    if (client.destroyed) return;
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => {}); // 'close' follows.
    admit(client);
  });
  limitConnections(front, { max: maxConnections, what: use, setting: 'CLICKHOUSE_MAX_CONNECTIONS' });
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

function explain(cause: NodeJS.ErrnoException, { host, port, use, setting }: FrontOptions): ClickHouseError {
  const where = `Port ${port} on ${host} (${use})`;
  const why =
    cause.code === 'EADDRINUSE'
      ? 'is taken by another program: stop that program, or'
      : `cannot be listened on (${cause.message}):`;
  return new ClickHouseError(`${where} ${why} set ${setting} to a free port.`, { cause });
}
