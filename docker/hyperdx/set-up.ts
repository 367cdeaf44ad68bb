import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the demo account of a new HyperDX and the saved searches that it lacks by name. HyperDX itself provides connection and sources
 * to the first account's team, and the dashboards to every team within a minute. May be run again: what is there stays as it is.
 * Its last line of output says who may sign in.
 */

const SAVED_SEARCHES = '/etc/click-ai-content/saved-searches';
const { HYPERDX_API: api = '', HYPERDX_EMAIL: email = '', HYPERDX_PASSWORD: password = '' } = process.env;

/** One line for whoever reads the log of this container, which ends with it. */
class SetupError extends Error {
  override name = 'SetupError';
}

async function call(method: 'GET' | 'POST', path: string, body?: unknown, cookie = ''): Promise<Response> {
  return await fetch(api + path, {
    method,
    headers: { 'content-type': 'application/json', cookie },
    body: body === undefined ? null : JSON.stringify(body),
    // A login answers with a redirect to the page, which is not to be found from here.
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  });
}

/** The session's cookie; undefined where the account has another password by now, or there is another account. */
async function signIn(): Promise<string | undefined> {
  const { isTeamExisting } = (await json(await call('GET', '/installation'))) as { isTeamExisting: boolean };
  const answer = isTeamExisting
    ? await call('POST', '/login/password', { email, password })
    : await call('POST', '/register/password', { email, password, confirmPassword: password });
  if (!isTeamExisting && !answer.ok) {
    throw new SetupError(
      `HYPERDX_EMAIL="${email}", HYPERDX_PASSWORD: HyperDX refused to make this account (HTTP ${answer.status}); expected an ` +
        'e-mail address, and at least 12 characters with an upper and a lower case letter, a digit and a sign such as -.',
    );
  }
  return answer.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith('connect.sid='))
    ?.split(';')[0];
}

async function json(answer: Response): Promise<unknown> {
  if (answer.ok) return await answer.json();
  throw new SetupError(`${answer.url}: HTTP ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
}

async function addSavedSearches(cookie: string): Promise<void> {
  const there = (await json(await call('GET', '/saved-search', undefined, cookie))) as { name: string }[];
  const names = new Set(there.map(({ name }) => name));
  const files = readdirSync(SAVED_SEARCHES).filter((file) => file.endsWith('.json'));
  const missing = files
    .map((file) => JSON.parse(readFileSync(join(SAVED_SEARCHES, file), 'utf8')) as { name: string })
    .filter(({ name }) => !names.has(name));
  for (const search of missing) await json(await call('POST', '/saved-search', search, cookie));
}

try {
  const cookie = await signIn();
  if (cookie === undefined) {
    console.log(
      `HyperDX has an account that is not ${email} with HYPERDX_PASSWORD: its saved searches are left alone.`,
    );
  } else {
    await addSavedSearches(cookie);
    console.log(`user ${email}, password ${password}`);
  }
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error instanceof SetupError ? error.message : `${api}: ${error.message}: ${String(error.cause)}`);
  process.exitCode = 1;
}
