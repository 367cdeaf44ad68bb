import { ATTR_SESSION_ID, ATTR_USER_ID } from '@opentelemetry/semantic-conventions/incubating';
import { rarely } from '../../simulation/distributions.ts';
import { Failure } from '../failures.ts';
import { type Request, sessionOf } from '../journeys/request.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { retrying } from '../platform/retrying.ts';
import type { Scope } from '../platform/scope.ts';

/**
 * Who is asking? The session comes from Redis, or, where Redis has let it go, from the users' table. What bots may see
 * they may not touch: with `refuseFlagged`, a flagged account ends the request.
 */
export async function validateRequest(
  gateway: Scope,
  { shopper, drop, crowd, random }: Request,
  { refuseFlagged }: { refuseFlagged: boolean },
): Promise<void> {
  const { overlay } = gateway.cause.platform;
  const validate = async (auth: Scope) => {
    auth.set(ATTR_USER_ID, shopper.userId);
    auth.set(ATTR_SESSION_ID, sessionOf(shopper, drop));

    const hit = await perform(auth, 'auth.redis.get_session', (redis) => {
      if (rarely(random, overlay.knob('sessions.evicted', redis))) crowd.sessions.evict(shopper.index);
      const hit = crowd.sessions.get(shopper.index);
      redis.set('snkrs.cache.hit', hit);
      return hit;
    });
    log(
      auth,
      'DEBUG',
      'snkrs.session.lookup',
      hit ? 'Session found in Redis' : 'Session not in Redis, reading it from users',
      {
        'snkrs.cache.hit': hit,
      },
    );
    if (!hit) {
      await perform(auth, 'auth.postgres.query_users');
      crowd.sessions.put(shopper.index);
    }

    await perform(auth, 'auth.verify_jwt');
    await perform(auth, 'auth.check_account_standing', (check) => {
      check.set('snkrs.account.standing', shopper.bot ? 'flagged' : 'good');
      if (shopper.bot && refuseFlagged) throw new Failure('account_flagged');
    });
  };
  await retrying(overlay.knob('auth.retries', gateway), () => perform(gateway, 'auth.validate_request', validate));
}
