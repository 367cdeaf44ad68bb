import { pick } from '../../simulation/distributions.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { type ConsumerContext, consume, type Reading } from './consume.ts';

const WAREHOUSES = ['MEM1', 'ONT2', 'LAK1'] as const;

/** Finds a warehouse for each order that comes in. */
export function fulfilOrders(context: ConsumerContext): Promise<void> {
  const { topics } = context;
  const reading: Reading = { batch: 1, batchKnob: 'order_created.batch', linger: () => 5 };
  return consume(context, topics.order_created, 'order.process_order_created', reading, async (orders, messages) => {
    for (const { body: order } of messages) {
      const warehouse = await perform(orders, 'order.allocate_warehouse', ({ cause }) =>
        pick(cause.random, WAREHOUSES),
      );
      await perform(orders, 'order.postgres.update_orders');
      orders.set('snkrs.order.id', order.id);
      log(orders, 'INFO', 'snkrs.order.allocated', `Order ${order.id} allocated to ${warehouse}`, {
        'snkrs.order.id': order.id,
        'snkrs.warehouse': warehouse,
      });
    }
  });
}
