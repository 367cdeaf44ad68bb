import { hostname } from 'node:os';
import type { EpochMillis } from '../../simulation/clock.ts';
import { SIGNALS } from '../signal.ts';
import { type Counts, inFlight, inFlightOfService } from './counts.ts';
import type { Milestone } from './milestones.ts';

/** How far a run has come: `complete` means that every item created was acknowledged, `undone` that its rows were deleted. */
export type RunState = 'running' | 'complete' | 'incomplete' | 'undone';

/** The time that a run makes up afterwards, as fast as it can. */
export interface History {
  readonly from: EpochMillis;
  readonly to: EpochMillis;
  /** Whether the run goes on from there by the machine's time; otherwise it ends there. */
  readonly goesLive: boolean;
}

/** One of several processes that make one run. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** What the ledger says of the run besides its counts. */
export interface RunDescription {
  readonly runId: string;
  readonly seed: string;
  /** The start of its history, where it has one. */
  readonly startedAt: EpochMillis;
  readonly history?: History | undefined;
  readonly endpoint: string;
  /** Where other processes have the other shards of the run. */
  readonly shard?: Shard;
  /** The settings in force, by name. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Where a run stands. */
export interface RunMoment {
  readonly state: RunState;
  readonly counts: Counts;
  readonly now: EpochMillis;
  /** When the collector last acknowledged anything; undefined where it never has. */
  readonly acknowledgedAt: EpochMillis | undefined;
  /** How far it has come with its history; of no matter where it has none. */
  readonly reached: EpochMillis;
  /** Oldest first. */
  readonly milestones: readonly Milestone[];
}

/** What `format` says. Another number than this is another layout. */
export const LEDGER_FORMAT = 2;

/** The name of a run's file; of several processes' files, one for each. */
export function ledgerFileName({ runId, shard }: Pick<RunDescription, 'runId' | 'shard'>): string {
  return shard === undefined || shard.count === 1
    ? `${runId}.json`
    : `${runId}.shard-${shard.index}-of-${shard.count}.json`;
}

/** The ledger's text: JSON, with the counts of each signal and service and what is in flight, so that each part of it adds up by itself. */
export function renderLedger(run: RunDescription, moment: RunMoment): string {
  const { state, counts, now, acknowledgedAt, reached, milestones } = moment;
  const ledger = {
    format: LEDGER_FORMAT,
    runId: run.runId,
    shard: run.shard ?? { index: 0, count: 1 },
    process: { host: hostname(), pid: process.pid },
    seed: run.seed,
    state,
    startedAt: instant(run.startedAt),
    history: run.history ? renderHistory(run.history, reached) : null,
    updatedAt: instant(now),
    acknowledgedAt: acknowledgedAt === undefined ? null : instant(acknowledgedAt),
    endpoint: run.endpoint,
    signals: renderCounts(counts),
    milestones: milestones.map(({ at, created }) => ({ at: instant(at), created })),
    settings: run.settings,
  };
  return `${JSON.stringify(ledger, null, 2)}\n`;
}

/** The counts as JSON has them, each with what is in flight. */
export function renderCounts(counts: Counts) {
  return Object.fromEntries(
    SIGNALS.map((signal) => {
      const { services, ...tally } = counts[signal];
      const byService = [...services]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([service, own]) => [service, { ...own, inFlight: inFlightOfService(own) }]);
      return [signal, { ...tally, inFlight: inFlight(tally), services: Object.fromEntries(byService) }];
    }),
  );
}

function renderHistory({ from, to, goesLive }: History, reached: EpochMillis) {
  // Sums of sleeps end a hair before or after a whole millisecond.
  return { from: instant(from), to: instant(to), goesLive, reached: instant(Math.min(to, Math.round(reached))) };
}

function instant(at: EpochMillis): string {
  return new Date(at).toISOString();
}
