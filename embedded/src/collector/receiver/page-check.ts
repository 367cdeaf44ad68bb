import type { IncomingHttpHeaders } from 'node:http';
import { type OwnHostsOptions, ownHosts } from '../../own-hosts.ts';
import { status } from './grpc-status.ts';
import { Refusal } from './refusal.ts';

/** Throws a {@link Refusal} where the head of a request is a foreign web page's. */
export type PageCheck = (headers: IncomingHttpHeaders) => void;

/**
 * Refuses what a web page sends that found this machine under a name of its own (DNS rebinding); pages of other origins can't send at
 * all, since no CORS headers are answered. Browsers tell of the page (Origin); SDKs don't, and may use any name that leads here.
 */
export function pageCheck(options: OwnHostsOptions): PageCheck {
  const isOurs = ownHosts(options);
  return ({ host = '', origin }) => {
    if (origin === undefined || isOurs(host.toLowerCase().replace(/:\d{1,5}$/, ''))) return;
    throw new Refusal(
      403,
      status.PERMISSION_DENIED,
      `web pages may not send here under the host "${host}"; ALLOWED_HOSTS adds names to this machine's`,
    );
  };
}
