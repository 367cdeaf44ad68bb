/** The address by which this machine reaches what listens on `host`. */
function localHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** {@link localHost}, ready for a URL. */
export function localAddress(host: string): string {
  const address = localHost(host);
  return address.includes(':') ? `[${address}]` : address;
}
