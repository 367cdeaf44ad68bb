import { type OwnHostsOptions, ownHosts } from '../own-hosts.ts';
import type { HttpHead } from './http-head.ts';
import type { HttpRefusal } from './http-refusal.ts';

/**
 * Keeps web pages of other origins away from ClickHouse's HTTP interface: the documented password is public, so any page a person
 * visits could send statements with it, though it could not read the answers. A browser says which page a request comes from
 * (Origin, Sec-Fetch-Site), and which name it found this machine under (Host); clients other than browsers say the last only.
 *
 * ClickHouse's own pages (`/play`) are of its own origin, and pass.
 */
export function webPageCheck(options: OwnHostsOptions): (head: HttpHead) => HttpRefusal | undefined {
  const isOurs = ownHosts(options);
  return ({ headers }) => {
    const host = headers.get('host')?.toLowerCase();
    // HTTP/1.0 has no Host, and no browser speaks it.
    if (host !== undefined && !isOurs(host.replace(/:\d{1,5}$/, ''))) {
      return refuse(`ClickHouse is not served under the host "${host}"; ALLOWED_HOSTS adds names to this machine's.`);
    }
    const origin = headers.get('origin');
    if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
      return refuse(`ClickHouse takes no requests of web pages of other origins, and this one is of "${origin}".`);
    }
    const site = headers.get('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return refuse('ClickHouse takes no requests, and no links, of other web pages. Type its address yourself.');
    }
    return undefined;
  };
}

function refuse(line: string): HttpRefusal {
  return { status: 403, line };
}
