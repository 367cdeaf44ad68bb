import type { Server, Socket } from 'node:net';

/** How many clients a port takes, and whose limit that is. */
export interface ConnectionLimitOptions {
  readonly max: number;
  /** What listens, as it is named to the user. */
  readonly what: string;
  /** The setting that moves the limit. */
  readonly setting: string;
  /** Takes a line when clients begin to be turned away, and one when that has ended. */
  readonly log?: (line: string) => void;
}

/** So long without a client turned away, and it is over. */
const CALM_MS = 10_000;

/**
 * Holds `server` to `max` connections. For a further one the oldest that has not said a word is closed; where all have spoken, the
 * further one is.
 */
export function limitConnections(
  server: Server,
  { max, what, setting, log = console.error }: ConnectionLimitOptions,
): void {
  const clients = new Set<Socket>();
  let turnedAway = 0;
  let calm: NodeJS.Timeout | undefined;
  const noteTurnedAway = () => {
    if (turnedAway === 0) {
      log(
        `${what} has ${max} clients, as many as it takes: those that say nothing are turned away, then further ones. ${setting} is the limit.`,
      );
    }
    turnedAway += 1;
    clearTimeout(calm);
    calm = setTimeout(() => {
      log(`${what} takes clients again; ${turnedAway} were turned away.`);
      turnedAway = 0;
    }, CALM_MS).unref();
  };
  // Before the listener that serves it: a client that is turned away is not to be served.
  server.prependListener('connection', (client: Socket) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    if (clients.size <= max) return;
    // In the order in which they came, the new one last.
    const turned = clients.values().find((other) => other.bytesRead === 0) ?? client;
    clients.delete(turned);
    turned.destroy();
    noteTurnedAway();
  });
}
