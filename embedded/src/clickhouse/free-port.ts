import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port of `host` that nobody listens on at this moment. */
export async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  // Not the path of a socket file, since it listens on a port.
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
