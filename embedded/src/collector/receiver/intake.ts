import type { ReceiverCounts, SignalCounts } from '../counts.ts';
import type { Signal } from '../mapping/statements.ts';
import type { Spool } from '../spool/spool.ts';
import { countItems } from './framing.ts';

/**
 * Takes a request's protobuf bytes; when it resolves they are on the disk and may be acknowledged. `rejected` of the request's
 * items are not among them.
 */
export type Intake = (signal: Signal, body: Uint8Array, rejected?: number) => Promise<void>;

/** What an intake counts into: all receivers' counts, and those of its own. */
export interface IntakeCounts {
  readonly all: Readonly<Record<Signal, SignalCounts>>;
  readonly receiver: Readonly<Record<Signal, ReceiverCounts>>;
}

/** What both receivers do with a body: check its framing, write it to the spool, count it. */
export function createIntake(spool: Pick<Spool, 'store'>, counts: IntakeCounts): Intake {
  return async (signal, body, rejected = 0) => {
    const [all, receiver] = [counts.all[signal], counts.receiver[signal]];
    const items = countItems(signal, body);
    try {
      // A request of no items is valid, and leaves nothing to store.
      if (items > 0 && (await spool.store(signal, body, items)) === 'duplicate') {
        all.duplicates += items;
      } else {
        all.accepted += items;
        receiver.accepted += items;
      }
    } catch (error) {
      receiver.refused += items + rejected;
      throw error;
    }
    all.rejected += rejected;
    receiver.refused += rejected;
  };
}
