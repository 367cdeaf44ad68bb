import { chance, pick } from '../../simulation/distributions.ts';
import { CATALOG } from '../catalog.ts';
import { together } from '../platform/together.ts';
import { getProduct } from '../steps/get-product.ts';
import { validateRequest } from '../steps/validate-request.ts';
import { request, type Visit } from './request.ts';

/** How many of 10 look at the sneaker of this drop; the others look around. */
const LOOK_AT_THE_DROP = 0.7;

/** A shopper looks at a product page. */
export async function browseProduct(visit: Visit): Promise<void> {
  const { drop, crowd, random } = visit;
  const shopper = drop.phase === 'DROP_LIVE' ? crowd.passerBy(random) : crowd.visitor(random);
  const sneaker = chance(random, LOOK_AT_THE_DROP) ? drop.sneaker : pick(random, CATALOG);

  await request(visit, shopper, 'gateway.products.get', `/v1/products/${sneaker.sku}`, async (gateway, request) => {
    // Anybody may look: who it is only decides what is offered along with it.
    await together(validateRequest(gateway, request, { refuseFlagged: false }), getProduct(gateway, request, sneaker));
  });
}
