// biome-ignore lint/style/noRestrictedImports: comparing a secret is no chance.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { ProblemError } from './problem.ts';

/** Who may use the API. */
export interface AccessOptions {
  /** The address listened on. */
  readonly host: string;
  readonly token: string | undefined;
}

/**
 * Lets a request pass or throws the {@link ProblemError} that refuses it. No web page is let in, ours neither: there is none. Where no token is asked
 * for, the Host must be this machine's own, as a name of somebody else's can be made to lead here (DNS rebinding).
 */
export function createAccess({ host, token }: AccessOptions): (headers: IncomingHttpHeaders) => void {
  const expected = token === undefined ? undefined : digest(token);
  return (headers) => {
    refuseWebPages(headers);
    if (expected !== undefined) return checkToken(headers.authorization, expected);
    const name = hostName(headers.host ?? '');
    if (name === 'localhost' || name === host || isIP(name) !== 0) return;
    throw new ProblemError(421, `Host "${shown(headers.host)}": expected localhost or an address of this machine.`);
  };
}

function refuseWebPages({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): void {
  if (origin === undefined && (site === undefined || site === 'none')) return;
  throw new ProblemError(
    403,
    `Web pages may not use the control API, this request came from ${shown(origin ?? site)}: use curl, or just load.`,
  );
}

function checkToken(authorization: string | undefined, expected: Buffer): void {
  const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (timingSafeEqual(digest(given), expected)) return;
  throw new ProblemError(401, 'Authorization: expected "Bearer TOKEN" with the CONTROL_TOKEN of the event-generator.', {
    'WWW-Authenticate': 'Bearer',
  });
}

/** Of one length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A Host header without its port, and an IPv6 address without its brackets. */
function hostName(header: string): string {
  return header
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

function shown(header: string | string[] | undefined): string {
  return String(header ?? '').slice(0, 80);
}
