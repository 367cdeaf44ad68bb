import { SIGNALS, type Signal } from '../signal.ts';

/**
 * What became of one signal's items. Always `created = acknowledged + rejected + dropped + in flight`, where in flight is
 * whatever still waits in memory or is under way.
 */
export interface SignalCounts {
  /** Ended spans, emitted log records, collected data points. */
  created: number;
  /** In batches given out for export, sent or about to be (a retry counts no more). No other item can be stored anywhere. */
  sent: number;
  /** The collector answered that it has them. */
  acknowledged: number;
  /** The collector answered that it will never take them. */
  rejected: number;
  /** Given up by this process: still undelivered when its time to stop was over. */
  dropped: number;
}

/** The counts of all signals. */
export type Counts = Record<Signal, SignalCounts>;

/** Counts at zero. */
export function createCounts(): Counts {
  const none = (): SignalCounts => ({ created: 0, sent: 0, acknowledged: 0, rejected: 0, dropped: 0 });
  return { traces: none(), logs: none(), metrics: none() };
}

/** Items created and not yet settled one way or the other. */
export function inFlight(counts: Readonly<SignalCounts>): number {
  return counts.created - counts.acknowledged - counts.rejected - counts.dropped;
}

/** Items of any signal that are lost: rejected by the collector or dropped here. */
export function lost(counts: Readonly<Counts>): number {
  return SIGNALS.reduce((sum, signal) => sum + counts[signal].rejected + counts[signal].dropped, 0);
}
