import type { Sneaker } from './catalog.ts';
import type { Occurrence } from './incidents/occurrence.ts';
import type { PhaseName } from './phases.ts';

/** The present moment of a drop. */
export interface DropStatus {
  /** Counts the drops from 1. */
  readonly cycle: number;
  readonly dropId: string;
  /** Name and colorway. */
  readonly sneaker: string;
  readonly phase: PhaseName;
  readonly secondsLeft: number;
  readonly workers: number;
  /** Requests of this drop answered with success, and those answered with an error. */
  readonly ok: number;
  readonly errors: number;
  /** Pairs left to reserve. */
  readonly inventory: number;
  /** Messages not yet read, over all topics. */
  readonly queueDepth: number;
}

/** What came of a drop. */
export interface DropSummary extends DropStatus {
  readonly orders: number;
  readonly entries: number;
}

/** A drop that opens. */
export interface DropStart {
  readonly cycle: number;
  readonly dropId: string;
  readonly sneaker: Sneaker;
  /** Over all sizes. */
  readonly pairs: number;
}

/** A phase that begins. */
export interface PhaseStart {
  readonly phase: PhaseName;
  readonly seconds: number;
  readonly workers: number;
}

/** Hears of a drop as it goes on. */
export interface DropObserver {
  dropStarted(drop: DropStart): void;
  phaseStarted(phase: PhaseStart): void;
  dropEnded(summary: DropSummary): void;
  /** An incident begins, or ends before its time: `endsAt` is then the end. All shards have it; the first one tells. */
  incidentChanged(occurrence: Occurrence): void;
}
