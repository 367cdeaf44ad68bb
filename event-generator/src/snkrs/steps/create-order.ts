import { ATTR_USER_ID } from '@opentelemetry/semantic-conventions/incubating';
import type { Order } from '../drop-state.ts';
import type { Reservation } from '../inventory.ts';
import type { Request } from '../journeys/request.ts';
import { attempt } from '../platform/attempt.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import type { Scope } from '../platform/scope.ts';
import type { Shopper } from '../shoppers/shopper.ts';
import { send } from '../topics.ts';

/** Makes an order of a paid pair, tells fulfilment, and confirms it to the shopper. */
export async function createOrder(gateway: Scope, request: Request, pair: Reservation, charge: string): Promise<void> {
  const { drop, shopper, topics } = request;
  await perform(gateway, 'order.create_order', async (orders) => {
    const order: Order = {
      id: `ord_${drop.cycle}_${charge.slice(3)}`,
      shopper: shopper.index,
      size: pair.size,
      chargeId: charge,
    };
    orders.set('snkrs.order.id', order.id);
    orders.set('snkrs.payment.charge_id', charge);
    orders.set('snkrs.sku', drop.sneaker.sku);
    orders.set('snkrs.size', pair.size);
    orders.set(ATTR_USER_ID, shopper.userId);

    // From here on the order stands: nothing that fails below may undo it.
    await perform(orders, 'order.postgres.insert_orders');
    drop.inventory.sell(pair);
    drop.orders.push(order);

    await attempt(
      perform(orders, 'order.kafka.produce_order_created', (kafka) => send(kafka, topics.order_created, drop, order)),
    );
    await attempt(confirm(orders, shopper, order));
    log(orders, 'INFO', 'snkrs.order.created', `Order ${order.id}: ${drop.sneaker.name} in US ${order.size}`, {
      'snkrs.order.id': order.id,
    });
  });
}

async function confirm(orders: Scope, shopper: Shopper, order: Order): Promise<void> {
  await perform(orders, 'notification.send_confirmation', async (notification) => {
    notification.set('snkrs.order.id', order.id);
    notification.set(ATTR_USER_ID, shopper.userId);
    await attempt(perform(notification, 'notification.apns.push'));
    await perform(notification, 'notification.ses.send_email');
  });
}
