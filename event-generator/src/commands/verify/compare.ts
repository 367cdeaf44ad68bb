import {
  type Counts,
  inFlight,
  inFlightOfService,
  type ServiceTally,
  type SignalCounts,
  type Tally,
} from '../../telemetry/ledger/counts.ts';
import { SIGNALS, type Signal } from '../../telemetry/signal.ts';
import type { RowsByService } from './stored-rows.ts';

/** Rows of a run, by signal and service. */
export type StoredRows = Readonly<Record<Signal, RowsByService>>;

/**
 * The ledger and the rows, set against each other. Rows are counted at one moment; what was acknowledged `before` it must be among them, and
 * nothing can be that was not sent by some moment `after` it. For a run that is over both are the same.
 */
export interface Evidence {
  readonly before: Counts;
  readonly after: Counts;
  readonly stored: StoredRows;
  /** Where they were looked for. */
  readonly doubled: Partial<Record<Signal, RowsByService>>;
  /** The most items of each signal whose rows may have expired. */
  readonly mayHaveExpired: Readonly<Record<Signal, number>>;
}

/** One line of the comparison: what the ledger said before the rows were counted, and the rows. */
export interface Comparison extends Tally {
  readonly signal: Signal;
  /** `service.name`; none for the whole signal. */
  readonly service?: string;
  readonly inFlight: number;
  readonly stored: number;
  /** Acknowledged items that no row holds. */
  readonly missing: number;
  /** Rows beyond what can be: stored twice, or never sent. */
  readonly surplus: number;
  /** Of the surplus, spans or log records that are there already. */
  readonly doubled: number;
  /** Missing, as is to be expected of rows that old. */
  readonly expired: number;
}

/** What is known of one signal, or one service of it. */
interface Bounds {
  /** Settled before the count, and so to be found. */
  readonly least: number;
  /** Ever sent and not refused, and so the most that may be found. */
  readonly most: number;
}

/** The lines in the order people read them: each signal, and below it its services by name, those included that only the rows know. */
export function compare(evidence: Evidence): Comparison[] {
  return SIGNALS.flatMap((signal) => {
    const [before, after, stored] = [evidence.before[signal], evidence.after[signal], evidence.stored[signal]];
    const doubled: RowsByService = evidence.doubled[signal] ?? new Map();
    // How much of it is of which service is not known.
    const excused = evidence.mayHaveExpired[signal];
    const whole = judge(boundsOf(before, after), sum(stored), sum(doubled), excused);
    const names = new Set([...after.services.keys(), ...stored.keys()]);
    const services = [...names].sort().map((service): Comparison => {
      const [first, last] = [before.services.get(service), after.services.get(service)];
      const found = judge(boundsOf(first, last), stored.get(service) ?? 0, doubled.get(service) ?? 0, excused);
      return { signal, service, ...tallyOf(first), inFlight: first ? inFlightOfService(first) : 0, ...found };
    });
    return [{ signal, ...tallyOf(before), inFlight: inFlight(before), ...whole }, ...services];
  });
}

/** Acknowledged items of any service that are not stored and cannot all have expired: too early to be judged, or lost. */
export function countMissing({
  before,
  stored,
  mayHaveExpired,
}: Pick<Evidence, 'before' | 'stored' | 'mayHaveExpired'>): number {
  const missing = (acknowledged: number, found = 0) => Math.max(0, acknowledged - found);
  return SIGNALS.reduce((total, signal) => {
    const { acknowledged, services } = before[signal];
    const byService = [...services].map(([name, own]) => missing(own.acknowledged, stored[signal].get(name)));
    const inAll = missing(acknowledged, sum(stored[signal]));
    const missed = Math.max(
      inAll,
      byService.reduce((all, one) => all + one, 0),
    );
    return total + Math.max(0, missed - mayHaveExpired[signal]);
  }, 0);
}

/** Whether ledger and rows agree. */
export function agrees({ missing, surplus }: Comparison): boolean {
  return missing === 0 && surplus === 0;
}

/** Batches of several services that were taken in part: what of them was acknowledged and rejected, which no service's line has. */
export function partlyTaken(counts: SignalCounts): { acknowledged: number; rejected: number } | undefined {
  const services = [...counts.services.values()];
  if (services.every((own) => own.partlyTaken === 0)) return undefined;
  const rest = (name: 'acknowledged' | 'rejected') => counts[name] - services.reduce((all, own) => all + own[name], 0);
  return { acknowledged: rest('acknowledged'), rejected: rest('rejected') };
}

function boundsOf(
  before: SignalCounts | ServiceTally | undefined,
  after: SignalCounts | ServiceTally | undefined,
): Bounds {
  return { least: before?.acknowledged ?? 0, most: after === undefined ? 0 : after.sent - after.rejected };
}

function judge({ least, most }: Bounds, stored: number, doubled: number, excused: number) {
  const absent = Math.max(0, least - (stored - doubled));
  return {
    stored,
    doubled,
    surplus: Math.max(doubled, stored - most, 0),
    missing: Math.max(0, absent - excused),
    expired: Math.min(absent, excused),
  };
}

function tallyOf(counts: Tally | undefined): Tally {
  const { created = 0, sent = 0, acknowledged = 0, rejected = 0, dropped = 0 } = counts ?? {};
  return { created, sent, acknowledged, rejected, dropped };
}

function sum(rows: RowsByService): number {
  return [...rows.values()].reduce((total, count) => total + count, 0);
}
