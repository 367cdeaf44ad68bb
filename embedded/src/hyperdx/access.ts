import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Why a request is refused, as one line for the person who sees it; undefined: it is not. */
export type Refusal = string | undefined;

/** The two checks that keep other web pages, and names that are not ours, away from the data. */
export interface Access {
  /** For every request: it names us as its host, and is a visit or comes from our own pages. */
  page(headers: IncomingHttpHeaders): Refusal;
  /** For queries: besides, the browser says that they come from a page of the very origin they go to. */
  query(headers: IncomingHttpHeaders): Refusal;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Access rules of a gateway that listens on `host`:`port`.
 *
 * The Host header stops DNS rebinding: a foreign name that resolves to this machine is refused. Where the gateway listens on
 * every address (`0.0.0.0`, `::`), any numeric address is ours, since only names can be rebound.
 */
export function createAccess({ host, port }: { host: string; port: number }): Access {
  const names = new Set([...LOOPBACK, bracketed(host.toLowerCase())]);
  const anyAddress = host === '0.0.0.0' || host === '::';
  const home = `${visitUrl(host, port)}/`;

  const isOurHost = (header: string | undefined): boolean => {
    const found = /^(.+?)(?::(\d+))?$/.exec(header?.toLowerCase() ?? '');
    const [, name = '', writtenPort = '80'] = found ?? [];
    if (Number(writtenPort) !== port) return false;
    return names.has(name) || (anyAddress && isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0);
  };

  const page = (headers: IncomingHttpHeaders): Refusal => {
    if (!isOurHost(headers.host)) {
      return `HyperDX is not served under the host "${headers.host ?? ''}". Open ${home} instead.`;
    }
    const site = headers['sec-fetch-site'];
    const isForeign = site === 'cross-site' || site === 'same-site';
    if (isForeign && headers['sec-fetch-mode'] !== 'navigate') {
      return `HyperDX does not serve its files to other web pages. Open ${home} instead.`;
    }
    return undefined;
  };

  const query = (headers: IncomingHttpHeaders): Refusal => {
    const refusal = page(headers);
    if (refusal !== undefined) return refusal;
    const site = headers['sec-fetch-site'];
    if (headers.origin === `http://${headers.host}` && (site === undefined || site === 'same-origin')) return undefined;
    return (
      `Queries are taken from HyperDX's own pages only, this one came from "${headers.origin ?? 'no origin'}". ` +
      `Open ${home}, or ask ClickHouse's own port with a user and a password.`
    );
  };

  return { page, query };
}

/** The origin under which a person opens what listens on `host`:`port`, as browsers write it. */
export function visitUrl(host: string, port: number): string {
  const isThisMachine = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host);
  return `http://${isThisMachine ? 'localhost' : bracketed(host)}${port === 80 ? '' : `:${port}`}`;
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
