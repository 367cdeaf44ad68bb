import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where ports are looked for: below those that systems hand out to outgoing connections (Linux from 32768, macOS from 49152), one
 * of which could otherwise take the port before the one it was found for does.
 */
const FIRST = 20_000;
const LAST = 29_999;

/** A port of `host` that nobody listens on at this moment. @throws the system's error when `host` cannot be listened on */
export async function findFreePort(host: string): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(host, port)) return port;
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
      .listen(port, host, () => server.close(() => resolve(true)));
  });
}
