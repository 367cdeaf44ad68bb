import { createEpisode, type Log } from '../log.ts';

/** A connection, whichever protocol it speaks. */
export interface Connection {
  destroy(): void;
  /** Ends it in order, requests under way included. */
  close?(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** A port's bound of connections, and whose setting it is. */
export interface ConnectionBound {
  readonly max: number;
  /** What listens, as it is named to the user. */
  readonly what: string;
  readonly log: Log;
}

/** The connections of one port. */
export interface Connections {
  /** Takes a new one up, for which a full port closes another, or the new one where all others are at work. */
  add(connection: Connection): void;
  /** A request has begun. */
  begin(connection: Connection): UnderWay;
  /** Ends those without requests now, and others when these have ended. */
  closeWhenIdle(): void;
  closeAll(): void;
}

/** A request, from its first bytes to its answer. */
export interface UnderWay {
  /** All of it is there: what it takes from now on is not its sender's doing. */
  received(): void;
  /** Its sender has but to take the answer. */
  answered(): void;
  end(): void;
}

interface Request {
  /** Since when it waits for its sender, on the clock of `performance.now()`; undefined when it does not. */
  waitingSince: number | undefined;
}

/** So long without one closed, and it is over. */
const CALM_MILLIS = 10_000;

/** A sender that takes longer, with its request or the answer, may be one that is never meant to end. */
const PATIENCE_MILLIS = 500;

/**
 * Keeps a port's connections below a bound. Who opens many and says nothing makes room for who sends: first goes the connection
 * that has been idle the longest, then the one with the slowest request. A sender whose idle connection was closed connects anew
 * with its next request, as after any break.
 */
export function createConnections({ max, what, log }: ConnectionBound): Connections {
  /** The requests under way of each. */
  const all = new Map<Connection, Set<Request>>();
  /** Those without any, in the order in which they became idle. */
  const idle = new Set<Connection>();
  const episode = createEpisode(log);
  let closed = 0;
  let calm: NodeJS.Timeout | undefined;

  const tell = () => {
    closed++;
    episode.begin(
      `${what} has ${max} connections, as many as OTLP_MAX_CONNECTIONS allows: those that are idle or slow are closed for ` +
        'new ones',
    );
    clearTimeout(calm);
    calm = setTimeout(() => {
      episode.end(`${what} has room for connections again; ${closed} were closed`);
      closed = 0;
    }, CALM_MILLIS).unref();
  };

  const forget = (connection: Connection) => {
    all.delete(connection);
    idle.delete(connection);
  };

  const slowest = (): Connection | undefined => {
    let oldest = performance.now() - PATIENCE_MILLIS;
    let found: Connection | undefined;
    for (const [connection, requests] of all) {
      for (const { waitingSince = Number.POSITIVE_INFINITY } of requests) {
        if (waitingSince >= oldest) continue;
        oldest = waitingSince;
        found = connection;
      }
    }
    return found;
  };

  const makeRoom = (connection: Connection) => {
    tell();
    const [longestIdle] = idle;
    const closing = longestIdle ?? slowest() ?? connection;
    forget(closing);
    closing.destroy();
  };

  return {
    add: (connection) => {
      if (all.size >= max) makeRoom(connection);
      if (all.size >= max) return;
      all.set(connection, new Set());
      idle.add(connection);
      connection.once('close', () => forget(connection));
    },
    begin: (connection) => {
      const request: Request = { waitingSince: performance.now() };
      all.get(connection)?.add(request);
      idle.delete(connection);
      return {
        received: () => {
          request.waitingSince = undefined;
        },
        answered: () => {
          request.waitingSince = performance.now();
        },
        end: () => {
          const requests = all.get(connection);
          requests?.delete(request);
          if (requests?.size === 0) idle.add(connection);
        },
      };
    },
    closeWhenIdle: () => {
      for (const connection of all.keys()) {
        if (connection.close !== undefined) connection.close();
        else if (idle.has(connection)) connection.destroy();
      }
    },
    closeAll: () => {
      for (const connection of all.keys()) connection.destroy();
    },
  };
}
