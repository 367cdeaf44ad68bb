import { pick } from '../../simulation/distributions.ts';
import { perform } from '../platform/perform.ts';
import { validateRequest } from '../steps/validate-request.ts';
import { request, type Visit } from './request.ts';

/** A shopper who has bought a pair wants to know where it is; where nobody has, somebody looks for an order in vain. */
export async function checkOrder(visit: Visit): Promise<void> {
  const { drop, crowd, random } = visit;
  const order = drop.orders.length > 0 ? pick(random, drop.orders) : undefined;
  const shopper = order ? crowd.person(order.shopper) : crowd.visitor(random);

  await request(
    visit,
    shopper,
    'gateway.orders.get',
    `/v1/orders/${order?.id ?? 'latest'}`,
    async (gateway, request) => {
      await validateRequest(gateway, request, { refuseFlagged: false });
      await perform(gateway, 'order.get_order', async (orders) => {
        if (order) orders.set('snkrs.order.id', order.id);
        await perform(orders, 'order.postgres.query_orders');
      });
    },
  );
}
