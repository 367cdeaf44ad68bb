import { connect, type Socket } from 'node:net';

/** A connection to an HTTP port that says exactly the bytes it is told, and gathers what comes back. */
export interface RawHttp {
  readonly socket: Socket;
  write(text: string | Buffer): void;
  /** Resolves with all that has come once it matches. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves with all that has come when the other side ends. */
  readonly ended: Promise<string>;
}

/** Dials `base`'s host and port. */
export function rawHttp(base: string): RawHttp {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  let all = '';
  socket.on('data', (chunk) => {
    all += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(all)));
  return {
    socket,
    write: (text) => void socket.write(text),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(all)) return;
          socket.off('data', look);
          resolve(all);
        };
        socket.on('data', look);
        const fail = () => reject(new Error(`ended before ${pattern}: ${all.slice(0, 500)}`));
        socket.once('close', fail);
        look();
        if (socket.destroyed) fail();
      }),
    ended,
  };
}

/** One request from scratch; resolves with everything the other side says until it ends. */
export function sendRaw(base: string, text: string | Buffer): Promise<string> {
  const raw = rawHttp(base);
  raw.write(text);
  return raw.ended;
}
