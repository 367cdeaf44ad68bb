import type { SignalCounts } from '../counts.ts';
import type { Signal } from '../mapping/statements.ts';
import type { Spool } from '../spool/spool.ts';
import { countItems } from './framing.ts';

/** Takes a request's protobuf bytes; when it resolves they are on the disk and may be acknowledged. */
export type Intake = (signal: Signal, body: Uint8Array) => Promise<void>;

/** What both receivers do with a body: check its framing, write it to the spool, count it. */
export function createIntake(spool: Spool, counts: Readonly<Record<Signal, SignalCounts>>): Intake {
  return async (signal, body) => {
    const items = countItems(signal, body);
    // A request of no items is valid, and leaves nothing to store.
    if (items === 0) return;
    const stored = await spool.store(signal, body, items);
    counts[signal][stored === 'stored' ? 'accepted' : 'duplicates'] += items;
  };
}
