import type { Signal } from '../signal.ts';
import type { Counts } from './counts.ts';
import type { ItemsByService } from './settle.ts';

/** Where the telemetry of one thread counts what becomes of it. */
export interface Account {
  readonly counts: Counts;
  /**
   * Counts a batch as sent, and resolves once the ledger on disk says so: the export may begin. While the disk refuses, it is tried
   * again and the export waits.
   */
  sending(signal: Signal, items: ItemsByService): Promise<void>;
}
