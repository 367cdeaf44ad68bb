import type { EpochMillis } from '../../simulation/clock.ts';

/** What an incident is limited to; what is left out has no limit. */
export interface IncidentScope {
  readonly service?: string;
  /** Counted from 0 among the service's instances of `slice`. */
  readonly instance?: number;
  /** The part of the simulation that has the instance. */
  readonly slice?: number;
  readonly version?: string;
  readonly region?: string;
  /** Share of the shoppers, 0 to 1. */
  readonly users?: number;
}

/** An incident that takes place: what, when, where. Plain data, the same in every shard. */
export interface Occurrence {
  readonly id: string;
  /** Its entry in the catalogue. */
  readonly kind: string;
  readonly difficulty: 1 | 2 | 3;
  /** Nobody is to be told: it is an exam. */
  readonly hidden: boolean;
  readonly startsAt: EpochMillis;
  /** Infinity: until it is stopped. */
  readonly endsAt: EpochMillis;
  readonly scope: IncidentScope;
  readonly cause: { readonly service: string; readonly operation: string };
  /** What an engineer on call would be told. */
  readonly page: string;
  /** Where the numbers in its logs come from: not from the id, which is told with the page. */
  readonly seed: string;
  readonly parameters: Readonly<Record<string, number | string>>;
}

/** What a running simulation can be told to do about incidents. */
export type IncidentOrder =
  | { readonly do: 'start'; readonly occurrence: Occurrence }
  | { readonly do: 'stop'; readonly id: string };
