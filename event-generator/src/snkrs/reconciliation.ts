import type { Clock } from '../simulation/clock.ts';
import type { Slice } from '../simulation/slice.ts';
import type { DropState } from './drop-state.ts';
import type { Instances } from './platform/instance.ts';
import { logEvent } from './platform/log.ts';

/** Milliseconds between two counts. */
const INTERVAL = 30_000;

/** What is counted where: of a run in slices, each counts its part of the stock. */
export interface Counted {
  readonly clock: Clock;
  readonly instances: Instances;
  readonly slice: Slice;
}

/** Counts the stock every half a minute, until `signal` aborts: what was sold, is set aside or left must be what the drop began with. */
export async function reconcileStock(
  { clock, instances, slice }: Counted,
  drop: () => DropState,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(INTERVAL, signal);
    if (signal.aborted) return;
    const { sneaker, inventory } = drop();
    const { initial, sold, setAside, left } = inventory;
    const difference = sold + setAside + left - initial;
    const which =
      slice.count === 1
        ? `Stock of ${sneaker.sku}`
        : `Part ${slice.index + 1} of ${slice.count} of the stock of ${sneaker.sku}`;
    const counted = `${initial} pairs received, ${sold} sold, ${setAside} set aside, ${left} on the shelf`;
    const verdict = difference === 0 ? 'they add up' : `${difference} too many`;
    logEvent(
      instances.first('inventory-service'),
      clock.now(),
      difference === 0 ? 'INFO' : 'WARN',
      'snkrs.inventory.reconciled',
      `${which}: ${counted}: ${verdict}`,
      {
        'snkrs.sku': sneaker.sku,
        'snkrs.inventory.sold': sold,
        'snkrs.inventory.left': left,
        'snkrs.inventory.difference': difference,
      },
    );
  }
}
