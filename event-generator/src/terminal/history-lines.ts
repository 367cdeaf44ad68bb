import { duration } from '../duration.ts';
import type { EpochMillis } from '../simulation/clock.ts';
import { drops, type HistoryLines } from './lines.ts';
import type { Palette } from './palette.ts';

/** Where the run's time stands, and where the machine's. */
export interface TimePair {
  readonly simulated: EpochMillis;
  readonly machine: EpochMillis;
}

/** How far a history has come. */
export interface HistoryMoment extends HistoryLines {
  readonly now: TimePair;
  /** A moment ago, for the present speed; for that of all, at the start. */
  readonly since: TimePair;
}

const BAR_CELLS = 20;
/** Nothing can be said of the pace before. */
const SOON_MS = 1_000;

/** One line: how much of it there is, how fast it is made, and how long that takes from now on. */
export function renderProgress(moment: HistoryMoment, paint: Palette, { bar = false } = {}): string {
  const { cycles, now, from, to } = moment;
  const share = Math.min(1, (now.simulated - from) / (to - from));
  const full = Math.round(share * BAR_CELLS);
  return [
    paint.bold('history'),
    ...(bar ? [paint.cyan('█'.repeat(full)) + paint.dim('░'.repeat(BAR_CELLS - full))] : []),
    [`${Math.floor(share * 100)} % of ${drops(cycles)}`, ...renderPace(moment)].join(' · '),
  ].join(' ');
}

/** One line at the end: how much was made, and how fast. */
export function renderMade(moment: HistoryMoment, paint: Palette): string {
  const { cycles, from, to, now, since, goesLive } = moment;
  const facts = `${drops(cycles)} of history (${duration(to - from)}) in ${duration(now.machine - since.machine)}`;
  return `${paint.green(paint.bold(goesLive ? '● live' : '■ history over'))}  ${facts}, ${times(speed(moment))}`;
}

function renderPace(moment: HistoryMoment): string[] {
  const { to, now, since, goesLive } = moment;
  const faster = speed(moment);
  if (now.machine - since.machine < SOON_MS) return [];
  if (faster === 0) return ['waits for the collector'];
  // What goes live has to arrive at an instant that moves on.
  const gain = goesLive ? faster - 1 : faster;
  if (gain <= 0) return [times(faster), 'falls behind: lower LOAD, or set BACKFILL=0'];
  const left = Math.max(0, (goesLive ? now.machine : to) - now.simulated);
  return [times(faster), `${duration(left / gain)} left`];
}

function times(factor: number): string {
  return `${factor.toFixed(factor < 9.95 ? 1 : 0)}x`;
}

/** Times the speed of the machine's time. */
function speed({ now, since }: HistoryMoment): number {
  return now.machine > since.machine ? (now.simulated - since.simulated) / (now.machine - since.machine) : 0;
}
