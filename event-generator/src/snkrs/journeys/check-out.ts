import { chance } from '../../simulation/distributions.ts';
import { Failure } from '../failures.ts';
import { createOrder } from '../steps/create-order.ts';
import { notifyLoser } from '../steps/notify-loser.ts';
import { processPayment, refundPayment } from '../steps/process-payment.ts';
import { releasePair, reservePair } from '../steps/reserve-pair.ts';
import { validateRequest } from '../steps/validate-request.ts';
import { request, type Visit } from './request.ts';

/** How many of 100 leave with a pair in their cart; it goes back on the shelf when its time is up. */
const ABANDON_SHARE = 0.01;

/** A shopper buys a pair: set aside, paid for, ordered. Whatever fails on the way gives the pair back. */
export async function checkOut(visit: Visit): Promise<void> {
  const shopper = visit.crowd.buyer(visit.random);

  await request(visit, shopper, 'gateway.checkout', '/v1/checkout', async (gateway, request) => {
    const { inventory } = request.drop;
    await validateRequest(gateway, request, { refuseFlagged: true });

    const pair = await reservePair(gateway, request);
    if (pair === undefined) {
      await notifyLoser(gateway, request);
      throw new Failure('sold_out');
    }
    if (chance(request.random, ABANDON_SHARE)) {
      gateway.set('snkrs.checkout.outcome', 'abandoned');
      return;
    }
    if (!inventory.startPayment(pair)) throw new Failure('reservation_expired');

    try {
      const charge = await processPayment(gateway, request);
      try {
        await createOrder(gateway, request, pair, charge);
      } catch (error) {
        await refundPayment(gateway, charge);
        throw error;
      }
    } catch (error) {
      await releasePair(gateway, request, pair);
      throw error;
    }
  });
}
