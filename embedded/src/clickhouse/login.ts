import { get } from 'node:http';
import { text } from 'node:stream/consumers';

/** Why ClickHouse refuses a login. */
export interface Refusal {
  /** ClickHouse's error code. */
  readonly code: number;
  readonly message: string;
}

const AUTHENTICATION_FAILED = 516;
const NETWORK_ERROR = 210;

/** Asks ClickHouse over HTTP whether it would let a user in; undefined where it would. */
export function tryLogin(url: string, user: string, password: string): Promise<Refusal | undefined> {
  // Basic authentication, since headers of one's own take no characters beyond Latin-1; it has no way to write a colon in a name.
  if (user.includes(':'))
    return Promise.resolve({ code: AUTHENTICATION_FAILED, message: 'No user has a colon in its name.' });
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  return new Promise((resolve) => {
    const request = get(`${url}/?query=SELECT+1`, { headers, agent: false, timeout: 10_000 }, async (response) => {
      const answer = await text(response).catch(() => '');
      resolve(response.statusCode === 200 ? undefined : readRefusal(answer));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', (error) =>
      resolve({ code: NETWORK_ERROR, message: `ClickHouse does not answer: ${error.message}` }),
    );
  });
}

function readRefusal(answer: string): Refusal {
  const [, code, message] = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)\s*(\(version [^)]*\))?\s*$/.exec(answer) ?? [];
  return { code: Number(code ?? AUTHENTICATION_FAILED), message: message ?? 'Login refused.' };
}
