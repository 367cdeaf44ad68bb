import { randomInt } from 'node:crypto';
import { findFreePort } from './free-port.ts';

/** Where ClickHouse itself listens, behind the gates. */
export interface InnerAddress {
  readonly host: string;
  readonly httpPort: number;
  readonly nativePort: number;
}

const LOOPBACK = '127.0.0.1';

/**
 * Chooses an address for the server itself. It serves no Unix domain sockets, so ports it is; but a web page, or a scan of this machine's
 * ports, that came upon them would be past the gates. So where all of 127.0.0.0/8 is this machine (Linux; macOS has one address of
 * it), the host is a random one of its 16 million.
 *
 * @throws the system's error when not even loopback can be listened on
 */
export async function findInnerAddress(): Promise<InnerAddress> {
  const host = process.platform === 'linux' ? randomLoopback() : LOOPBACK;
  return portsOn(host).catch(() => portsOn(LOOPBACK));
}

/** `http://host:port` of ClickHouse's own HTTP interface. */
export function innerUrl({ host, httpPort }: InnerAddress): string {
  return `http://${host}:${httpPort}`;
}

async function portsOn(host: string): Promise<InnerAddress> {
  const httpPort = await findFreePort(host);
  for (;;) {
    const nativePort = await findFreePort(host);
    if (nativePort !== httpPort) return { host, httpPort, nativePort };
  }
}

function randomLoopback(): string {
  return `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
}
