import { validateRequest } from '../steps/validate-request.ts';
import { request, type Visit } from './request.ts';

/** A shopper looks at their own account, which is all that the sign-in check has at hand. */
export async function checkAccount(visit: Visit): Promise<void> {
  const shopper = visit.crowd.visitor(visit.random);

  await request(visit, shopper, 'gateway.account.profile', '/v1/account/profile', async (gateway, request) => {
    await validateRequest(gateway, request, { refuseFlagged: false });
  });
}
