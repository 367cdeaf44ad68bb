import { SIGNALS, type Signal } from '../signal.ts';

/**
 * What became of some items. Always `created = acknowledged + rejected + dropped + in flight`, where in flight is whatever still
 * waits in memory or is under way.
 */
export interface Tally {
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

/** The part of one service. Its items are counted by the batch, so those that wait for theirs are in the signal's `created` only. */
export interface ServiceTally extends Tally {
  /** In batches of several services that the collector took in part: it does not say whose items it refused. The signal's counts know how many. */
  partlyTaken: number;
}

/** The counts of one signal, of all services and of each. */
export interface SignalCounts extends Tally {
  /** By `service.name`. */
  readonly services: Map<string, ServiceTally>;
}

/** The counts of all signals. Plain data: a worker thread can post it. */
export type Counts = Readonly<Record<Signal, SignalCounts>>;

/** Counts at zero. */
export function createCounts(): Counts {
  const none = (): SignalCounts => ({ ...createTally(), services: new Map() });
  return { traces: none(), logs: none(), metrics: none() };
}

/** The tally of a service, made where there is none. */
export function tallyOf({ services }: SignalCounts, service: string): ServiceTally {
  const known = services.get(service);
  if (known !== undefined) return known;
  const tally = { ...createTally(), partlyTaken: 0 };
  services.set(service, tally);
  return tally;
}

/** Several counts in one. */
export function sumCounts(all: Iterable<Counts>): Counts {
  const sum = createCounts();
  for (const counts of all) {
    for (const signal of SIGNALS) {
      addTally(sum[signal], counts[signal]);
      for (const [service, tally] of counts[signal].services) {
        const to = tallyOf(sum[signal], service);
        addTally(to, tally);
        to.partlyTaken += tally.partlyTaken;
      }
    }
  }
  return sum;
}

/** Items created and not yet settled one way or the other. */
export function inFlight(tally: Readonly<Tally>): number {
  return tally.created - tally.acknowledged - tally.rejected - tally.dropped;
}

/** The same for a service, whose partly taken batches are settled too. */
export function inFlightOfService(tally: Readonly<ServiceTally>): number {
  return inFlight(tally) - tally.partlyTaken;
}

/** Items of any signal that are lost: rejected by the collector or dropped here. */
export function lost(counts: Counts): number {
  return SIGNALS.reduce((sum, signal) => sum + counts[signal].rejected + counts[signal].dropped, 0);
}

function createTally(): Tally {
  return { created: 0, sent: 0, acknowledged: 0, rejected: 0, dropped: 0 };
}

function addTally(to: Tally, from: Readonly<Tally>): void {
  to.created += from.created;
  to.sent += from.sent;
  to.acknowledged += from.acknowledged;
  to.rejected += from.rejected;
  to.dropped += from.dropped;
}
