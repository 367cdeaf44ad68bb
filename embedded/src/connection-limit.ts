import type { Server } from 'node:net';

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

/** Lets `server` close connections beyond `max` as they come; those it has live on. */
export function limitConnections(
  server: Server,
  { max, what, setting, log = console.error }: ConnectionLimitOptions,
): void {
  let turnedAway = 0;
  let calm: NodeJS.Timeout | undefined;
  server.maxConnections = max;
  server.on('drop', () => {
    if (turnedAway === 0) {
      log(`${what} has ${max} clients, as many as it takes: further ones are turned away. ${setting} is the limit.`);
    }
    turnedAway += 1;
    clearTimeout(calm);
    calm = setTimeout(() => {
      log(`${what} takes clients again; ${turnedAway} were turned away.`);
      turnedAway = 0;
    }, CALM_MS).unref();
  });
}
