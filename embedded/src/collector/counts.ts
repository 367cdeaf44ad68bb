import type { Signal } from './mapping/statements.ts';

/** What became of the spans, log records or data points of one signal since the collector started; its own are not counted. */
export interface SignalCounts {
  /** Acknowledged, and new. */
  accepted: number;
  /** Acknowledged again: a client's retry of something accepted before. */
  duplicates: number;
  /** Not taken, and the client was told which: invalid items of a JSON request. */
  rejected: number;
  /** Found in the spool at start: acknowledged by an earlier run. */
  recovered: number;
  /** In ClickHouse. */
  stored: number;
  /** In request bodies ClickHouse could not store, which are kept in the quarantine directory. */
  quarantined: number;
}

/** The counts of all signals, and the bytes that still wait in the spool. */
export interface Counts extends Readonly<Record<Signal, Readonly<SignalCounts>>> {
  readonly spoolBytes: number;
}

/** What one receiver did with the items of one signal. */
export interface ReceiverCounts {
  /** Acknowledged, and new. */
  accepted: number;
  /** Not taken: invalid ones of a JSON request, and all of a request the spool had no room for, each time it was sent. */
  refused: number;
}

/** All zero. */
export function createCounts(): Record<Signal, SignalCounts> {
  const none = () => ({ accepted: 0, duplicates: 0, rejected: 0, recovered: 0, stored: 0, quarantined: 0 });
  return { traces: none(), logs: none(), metrics: none() };
}

/** All zero. */
export function createReceiverCounts(): Record<Signal, ReceiverCounts> {
  const none = () => ({ accepted: 0, refused: 0 });
  return { traces: none(), logs: none(), metrics: none() };
}
