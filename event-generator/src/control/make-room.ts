import type { Server, Socket } from 'node:net';

/**
 * Holds `server` to `max` connections. For a further one the oldest that has not said a word is closed; where all have spoken, the
 * further one is.
 */
export function makeRoom(server: Server, max: number): void {
  const clients = new Set<Socket>();
  server.prependListener('connection', (client: Socket) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    if (clients.size <= max) return;
    // In the order in which they came, the new one last.
    const turned = clients.values().find((other) => other.bytesRead === 0) ?? client;
    clients.delete(turned);
    turned.destroy();
  });
}
