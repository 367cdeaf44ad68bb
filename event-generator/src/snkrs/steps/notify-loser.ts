import type { Request } from '../journeys/request.ts';
import { attempt } from '../platform/attempt.ts';
import { perform } from '../platform/perform.ts';
import type { Scope } from '../platform/scope.ts';

/** Tells a shopper that the pair is gone. Bad news that does not get through changes nothing. */
export async function notifyLoser(gateway: Scope, { drop, shopper }: Request): Promise<void> {
  await attempt(
    perform(gateway, 'notification.send_loss_notification', (notification) => {
      notification.set('snkrs.sku', drop.sneaker.sku);
      notification.set('snkrs.size', shopper.size);
    }),
  );
}
