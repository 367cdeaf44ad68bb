import { duration } from '../duration.ts';
import type { EpochMillis } from '../simulation/clock.ts';
import { drops, type HistoryLines } from './lines.ts';
import type { Palette } from './palette.ts';

/** How far a history has come. */
export interface HistoryMoment extends HistoryLines {
  readonly simulatedAt: EpochMillis;
  /** The machine's time. */
  readonly now: EpochMillis;
  /** When its making began, by the machine's time. */
  readonly begunAt: EpochMillis;
}

const BAR_CELLS = 20;

/** One line: how much of it there is, how fast it is made, and how long that takes from now on. */
export function renderProgress(moment: HistoryMoment, paint: Palette, { bar = false } = {}): string {
  const { cycles, simulatedAt, from, to } = moment;
  const share = Math.min(1, (simulatedAt - from) / (to - from));
  const full = Math.round(share * BAR_CELLS);
  return [
    paint.bold('history'),
    ...(bar ? [paint.cyan('█'.repeat(full)) + paint.dim('░'.repeat(BAR_CELLS - full))] : []),
    [`${Math.floor(share * 100)} % of ${drops(cycles)}`, times(moment), renderLeft(moment)].join(' · '),
  ].join(' ');
}

/** One line at the end: how much was made, and how fast. */
export function renderMade(moment: HistoryMoment, paint: Palette): string {
  const { cycles, from, to, begunAt, now, goesLive } = moment;
  const facts = `${drops(cycles)} of history (${duration(to - from)}) in ${duration(now - begunAt)}, ${times(moment)}`;
  return `${paint.green(paint.bold(goesLive ? '● live' : '■ history over'))}  ${facts}`;
}

function renderLeft(moment: HistoryMoment): string {
  const { simulatedAt, to, now, goesLive } = moment;
  const faster = goesLive ? speed(moment) - 1 : speed(moment);
  if (faster <= 0) return 'falls behind: lower LOAD, or set BACKFILL=0';
  const left = Math.max(0, (goesLive ? now : to) - simulatedAt);
  return `${duration(left / faster)} left`;
}

function times(moment: HistoryMoment): string {
  const factor = speed(moment);
  return `${factor.toFixed(factor < 9.95 ? 1 : 0)}x`;
}

/** Times the speed of the machine's time. */
function speed({ simulatedAt, from, now, begunAt }: HistoryMoment): number {
  return now > begunAt ? (simulatedAt - from) / (now - begunAt) : 0;
}
