import { duration } from '../../duration.ts';
import type { EpochMillis } from '../../simulation/clock.ts';

/** What was asked for: so long, or from one instant to another; where nothing is said, up to where telemetry begins. */
export interface Range {
  readonly ms?: number | undefined;
  readonly from?: EpochMillis | undefined;
  readonly to?: EpochMillis | undefined;
}

/** The time that a run has telemetry of. */
export interface Occupied {
  readonly runId: string;
  readonly from: EpochMillis;
  readonly to: EpochMillis;
  readonly isRunning: boolean;
}

/** What decides where a backfill goes. */
export interface BackfillQuestion {
  readonly now: EpochMillis;
  readonly cycleMs: number;
  readonly range: Range;
  readonly occupied: readonly Occupied[];
  /** How long rows are kept; Infinity: for ever. */
  readonly lifetimeMs: number;
}

/** Whole drops from an instant on, or why there are none, for people. */
export type BackfillPlan = { readonly from: EpochMillis; readonly cycles: number } | { readonly why: string };

/** Rows are stored well before they would expire. */
const MARGIN_MS = 10 * 60_000;

/** Where a backfill goes: never over the telemetry of a run, into the future, or where rows expire before anybody looks. */
export function planBackfill(question: BackfillQuestion): BackfillPlan {
  const { now, cycleMs, range } = question;
  const { from: givenFrom, ms } = range;
  const to = range.to ?? (givenFrom === undefined || ms === undefined ? beginning(question) : givenFrom + ms);
  if (to > now) return { why: `${instant(to)} has not come yet: expected a time up to now, ${instant(now)}.` };
  const cycles = Math.floor((givenFrom === undefined ? (ms ?? 0) : to - givenFrom) / cycleMs);
  if (cycles < 1) return { why: `a drop takes ${duration(cycleMs)}: expected the time of one at least.` };
  const from = givenFrom ?? to - cycles * cycleMs;
  const why = tooOld(question, from, to) ?? taken(question, from, from + cycles * cycleMs);
  return why === undefined ? { from, cycles } : { why };
}

/** Where the telemetry begins that reaches up to now; now, where there is none. */
function beginning({ now, cycleMs, occupied }: BackfillQuestion): EpochMillis {
  const running = occupied.filter(({ isRunning }) => isRunning);
  let to = Math.floor(Math.min(now, ...running.map(({ from }) => from)));
  for (;;) {
    // No drop fits between such a run and what comes after it.
    const adjacent = occupied.find((run) => run.from < to && run.to > to - cycleMs);
    if (adjacent === undefined) return to;
    to = Math.floor(adjacent.from);
  }
}

function tooOld(
  { now, cycleMs, range, lifetimeMs }: BackfillQuestion,
  from: EpochMillis,
  to: EpochMillis,
): string | undefined {
  const oldest = now - lifetimeMs + MARGIN_MS;
  if (from >= oldest) return undefined;
  const fits = Math.floor((to - oldest) / cycleMs);
  const kept = `ClickHouse keeps telemetry for ${duration(lifetimeMs)}, and this would begin ${duration(now - from)} ago`;
  return `${kept}. ${fits > 0 ? longest(fits * cycleMs, range) : 'Nothing fits before what there is.'}`;
}

function taken({ cycleMs, range, occupied }: BackfillQuestion, from: EpochMillis, to: EpochMillis): string | undefined {
  const inTheWay = occupied.filter((run) => run.from < to && run.to > from).sort((a, b) => b.to - a.to);
  const [last] = inTheWay;
  if (last === undefined) return undefined;
  const fits = Math.floor((to - last.to) / cycleMs);
  const until = last.isRunning ? 'on' : `to ${instant(last.to)}`;
  const there = `run ${last.runId} has telemetry from ${instant(last.from)} ${until}`;
  const fitting = fits > 0 ? ` ${longest(fits * cycleMs, range)}` : '';
  return `${there}.${fitting} Before it: --to ${instant(Math.floor(last.from))}.`;
}

function longest(ms: number, { to }: Range): string {
  return `The longest that fits: just backfill ${word(ms)}${to === undefined ? '' : ` --to ${instant(to)}`}.`;
}

/** As one would write it, and never a drop too long. */
function word(ms: number): string {
  const hours = Math.floor(ms / 36_000) / 100;
  if (hours >= 1) return `${hours}h`;
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${Math.ceil(ms / 1000)}s`;
}

function instant(at: EpochMillis): string {
  return new Date(at).toISOString();
}
