import type { Socket } from 'node:net';

/**
 * Leaves a connection to the embedded server: no more is said on it, and what the server still says is read and forgotten until it ends.
 *
 * clickhouse-local, unlike clickhouse-server, ends its process upon any exception that leaves a connection's handler, and a broken pipe
 * is such a one while a file of HyperDX or the end of an answer is sent (tried with 26.7.2).
 */
export function leave(server: Socket): void {
  server.unpipe();
  server.end();
  server.resume();
}
