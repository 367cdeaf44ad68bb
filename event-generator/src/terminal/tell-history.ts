import type { Clock, EpochMillis } from '../simulation/clock.ts';
import { renderMade, renderProgress, type TimePair } from './history-lines.ts';
import type { DropLines, HistoryLines, PhaseLines } from './lines.ts';
import type { Palette } from './palette.ts';
import type { Terminal } from './terminal.ts';

/** What people see of a run's history, and of its drops from where it is live. */
export interface HistoryTeller extends Pick<Terminal, 'dropStarted' | 'phaseStarted' | 'dropEnded'> {
  /** Shows how the history comes on; resolves when the run is live, or over: when `signal` aborts. */
  follow(signal: AbortSignal): Promise<void>;
}

/** What the teller needs. */
export interface HistoryTellerOptions {
  readonly history: HistoryLines;
  /** Where the run's time stands; undefined from where it is the machine's. */
  readonly simulatedAt: () => EpochMillis | undefined;
  readonly terminal: Terminal;
  /** The machine's. */
  readonly clock: Clock;
  readonly paint: Palette;
}

const LOOK_EVERY_MS = 200;
const LINE_EVERY_MS = 5_000;
/** The speed is that of so many looks: 5 s. */
const LOOKS = 25;

/** Keeps quiet about the drops of the past, and tells of the present one when the run has arrived in it. */
export function tellHistory({ history, simulatedAt, terminal, clock, paint }: HistoryTellerOptions): HistoryTeller {
  const begun: TimePair = { simulated: history.from, machine: clock.now() };
  let isLive = false;
  let drop: DropLines | undefined;
  let phase: PhaseLines | undefined;
  const look = (): TimePair => ({ simulated: simulatedAt() ?? clock.now(), machine: clock.now() });
  const made = () => renderMade({ ...history, now: look(), since: begun }, paint);

  /** True from where the run is live: of what was before, the present drop and phase are told. */
  const arrived = (): boolean => {
    if (isLive || simulatedAt() !== undefined) return isLive;
    isLive = true;
    terminal.print([made()]);
    if (drop) terminal.dropStarted(drop);
    if (phase) terminal.phaseStarted(phase);
    return true;
  };

  const follow = async (signal: AbortSignal) => {
    let lineAt = begun.machine + LINE_EVERY_MS;
    let looks = [begun];
    while (!signal.aborted && !arrived()) {
      const now = look();
      looks = [...looks, now].slice(-LOOKS - 1);
      const moment = { ...history, now, since: looks[0] ?? begun };
      const isShown = terminal.show(renderProgress(moment, paint, { bar: true }));
      if (!isShown && now.machine >= lineAt) {
        terminal.print([renderProgress(moment, paint)]);
        lineAt += LINE_EVERY_MS;
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    if (!history.goesLive && look().simulated >= history.to - 1) terminal.print([made()]);
    terminal.show(undefined);
  };

  return {
    dropStarted: (next) => {
      if (arrived()) terminal.dropStarted(next);
      else [drop, phase] = [next, undefined];
    },
    phaseStarted: (next) => {
      if (arrived()) terminal.phaseStarted(next);
      else phase = next;
    },
    dropEnded: (summary) => {
      if (arrived()) terminal.dropEnded(summary);
    },
    follow,
  };
}
