import { Failure } from '../failures.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import { getProduct } from '../steps/get-product.ts';
import { validateRequest } from '../steps/validate-request.ts';
import { send } from '../topics.ts';
import { request, type Visit } from './request.ts';

/** A shopper enters the draw for a pair of their size: once, and only while it is open. */
export async function enterDraw(visit: Visit): Promise<void> {
  const { drop, topics } = visit;
  const shopper = visit.crowd.entrant(visit.random);

  await request(visit, shopper, 'gateway.draw.enter', '/v1/draw/enter', async (gateway, request) => {
    await validateRequest(gateway, request, { refuseFlagged: true });
    await getProduct(gateway, request, drop.sneaker);

    await perform(gateway, 'draw.enter_draw', async (draw) => {
      draw.set('snkrs.sku', drop.sneaker.sku);
      draw.set('snkrs.size', shopper.size);

      await perform(draw, 'draw.validate_entry_window', () => {
        if (drop.phase !== 'DROP_LIVE') throw new Failure('draw_closed');
      });
      const twice = await perform(draw, 'draw.redis.get_entry_dedup', () => drop.entered.has(shopper.index));
      if (twice) throw new Failure('duplicate_entry');
      drop.entered.add(shopper.index);

      await perform(draw, 'draw.kafka.produce_draw_entries', (kafka) =>
        send(kafka, topics.draw_entries, drop, shopper),
      );
      await perform(draw, 'draw.dynamodb.put_draw_entries');
      log(draw, 'INFO', 'snkrs.draw.entered', `Entry accepted: ${drop.sneaker.name} in US ${shopper.size}`, {
        'snkrs.sku': drop.sneaker.sku,
        'snkrs.size': shopper.size,
      });
    });
  });
}
