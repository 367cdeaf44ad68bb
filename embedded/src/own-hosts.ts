import { isIP } from 'node:net';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** What listens somewhere, and under which further names people visit it. */
export interface OwnHostsOptions {
  /** The address listened on. */
  readonly host: string;
  /** In lower case. */
  readonly allowedHosts: readonly string[];
}

/**
 * Whether a host, as it stands in a Host header without its port and in lower case, names us. That stops DNS rebinding: a name of
 * somebody else's that resolves to this machine is not among ours. Who listens on every address (`0.0.0.0`, `::`) is reached by any
 * number, since only names can be rebound.
 */
export function ownHosts({ host, allowedHosts }: OwnHostsOptions): (name: string) => boolean {
  const names = new Set([...LOOPBACK, bracketed(host.toLowerCase()), ...allowedHosts]);
  const anyAddress = host === '0.0.0.0' || host === '::';
  return (name) => names.has(name) || (anyAddress && isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0);
}

/** `host` as it stands in a URL. */
export function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
