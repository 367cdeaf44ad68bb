import { rarely } from '../../simulation/distributions.ts';
import { Failure } from '../failures.ts';
import type { Reservation } from '../inventory.ts';
import type { Request } from '../journeys/request.ts';
import { attempt } from '../platform/attempt.ts';
import { log } from '../platform/log.ts';
import { perform } from '../platform/perform.ts';
import type { Scope } from '../platform/scope.ts';

/** Sets a pair of the shopper's size aside. Undefined where none is left: the inventory has said so, and logged it. */
export async function reservePair(gateway: Scope, { shopper, drop }: Request): Promise<Reservation | undefined> {
  const { sneaker, inventory } = drop;
  try {
    return await perform(gateway, 'inventory.reserve_pair', async (service) => {
      service.set('snkrs.sku', sneaker.sku);
      service.set('snkrs.size', shopper.size);
      const pair = await perform(service, 'inventory.redis.decr_stock', ({ cause }) => {
        const now = cause.platform.clock.now();
        const expired = inventory.expire(now);
        if (expired > 0) {
          log(service, 'INFO', 'snkrs.reservation.expired', `${expired} held pairs back on the shelf`, {
            'snkrs.reservations': expired,
          });
        }
        return inventory.reserve(shopper.size, now);
      });
      service.set('snkrs.inventory.left', inventory.leftOf(shopper.size));
      if (pair === undefined) throw new Failure('sold_out');
      try {
        await perform(service, 'inventory.postgres.update_inventory');
      } catch (error) {
        inventory.release(pair);
        throw error;
      }
      return pair;
    });
  } catch (error) {
    if (error instanceof Failure && error.is('sold_out')) return undefined;
    throw error;
  }
}

/** Puts a pair back. Should the inventory be too busy to be told, the shelf is right all the same. */
export async function releasePair(
  gateway: Scope,
  { drop, shopper, random }: Request,
  pair: Reservation,
): Promise<void> {
  await attempt(
    perform(gateway, 'inventory.release_pair', async (service) => {
      service.set('snkrs.sku', drop.sneaker.sku);
      service.set('snkrs.size', shopper.size);
      await perform(service, 'inventory.redis.incr_stock');
      log(service, 'INFO', 'snkrs.reservation.released', `Pair in US ${shopper.size} back on the shelf`, {
        'snkrs.size': shopper.size,
      });
    }),
  );
  drop.inventory.release(pair);
  const odds = gateway.cause.platform.overlay.knob('inventory.doubleRelease', gateway);
  if (rarely(random, odds)) drop.inventory.countTwice(pair);
}
