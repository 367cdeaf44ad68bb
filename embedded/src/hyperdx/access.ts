import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { bracketed, type OwnHostsOptions, ownHosts } from '../own-hosts.ts';

/** Why a request is refused, as one line for the person who sees it; undefined: it is not. */
export type Refusal = string | undefined;

/** The two checks that keep other web pages, and names that are not ours, away from the data. */
export interface Access {
  /** For every request: it names us as its host, and is a visit or comes from our own pages. */
  page(headers: IncomingHttpHeaders): Refusal;
  /** For queries: besides, the browser says that they come from a page of the very origin they go to. */
  query(headers: IncomingHttpHeaders): Refusal;
}

/** What the gateway listens on. */
export interface AccessOptions extends OwnHostsOptions {
  readonly port: number;
}

/** Access rules of a gateway that listens on `host`:`port`. */
export function createAccess({ host, port, allowedHosts }: AccessOptions): Access {
  const isOurs = ownHosts({ host, allowedHosts });
  const home = `${visitUrl(host, port)}/`;

  const isOurHost = (header: string | undefined): boolean => {
    const found = /^(.+?)(?::(\d+))?$/.exec(header?.toLowerCase() ?? '');
    const [, name = '', writtenPort = '80'] = found ?? [];
    return Number(writtenPort) === port && isOurs(name);
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

/** What the rules go by: of two such headers Node keeps the first, and something before us may have gone by the second. */
const DECISIVE = ['host', 'origin', 'sec-fetch-site', 'sec-fetch-mode'] as const;

/** The name of a header that came twice and must not. */
export function repeatedHeader({ headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>): string | undefined {
  return DECISIVE.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
}

/** The origin under which a person opens what listens on `host`:`port`, as browsers write it. */
export function visitUrl(host: string, port: number): string {
  const isThisMachine = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host);
  return `http://${isThisMachine ? 'localhost' : bracketed(host)}${port === 80 ? '' : `:${port}`}`;
}
