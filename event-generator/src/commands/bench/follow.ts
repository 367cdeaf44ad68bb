import type { Clock } from '../../simulation/clock.ts';
import type { Palette } from '../../terminal/palette.ts';
import { UnavailableError } from '../clickhouse/failure.ts';
import { type Ingestion, WINDOW_SECONDS } from './ingestion.ts';
import { renderSeconds, renderSecondsHeader, renderSummary } from './render.ts';

/** How measurements that go on are shown. */
export interface FollowView {
  show(ingestion: Ingestion): void;
  /** ClickHouse did not answer this time. */
  away(reason: string): void;
  /** Called once, whatever ended it. */
  end(): void;
}

const EVERY_MS = 1_000;

/** Measures every second until `signal` aborts. A ClickHouse that was there and is away for a while is waited for. */
export async function follow(
  measure: () => Promise<Ingestion>,
  view: FollowView,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (let seen = false; !signal.aborted; ) {
      const started = clock.now();
      try {
        view.show(await measure());
        seen = true;
      } catch (error) {
        if (signal.aborted) return;
        if (!seen || !(error instanceof UnavailableError)) throw error;
        view.away(error.message);
      }
      await clock.sleep(Math.max(0, started + EVERY_MS - clock.now()), signal);
    }
  } finally {
    view.end();
  }
}

/** The terminal's other screen, without a cursor and without wrapping; and back. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const TO_TOP = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Redraws the screen: the summary, and below it as many of the newest seconds as there is room for. The last summary stays behind at the end. */
export function createScreenView(screen: NodeJS.WriteStream, paint: Palette): FollowView {
  let last: string[] | undefined;
  let entered = false;
  const draw = (lines: readonly string[]) => {
    if (!entered) screen.write(ENTER);
    entered = true;
    const visible = lines.slice(0, screen.rows || 24);
    screen.write(`${TO_TOP}${visible.map((line) => `${line}${CLEAR_LINE}`).join('\n')}${CLEAR_BELOW}`);
  };
  return {
    show: (ingestion) => {
      last = renderSummary(ingestion, paint);
      const room = Math.max(0, (screen.rows || 24) - last.length - 2);
      const seconds = room > 0 ? ['', renderSecondsHeader(ingestion, paint), ...renderSeconds(ingestion, room)] : [];
      draw([...last, ...seconds]);
    },
    away: (reason) => draw([paint.yellow(`! ${reason}`), ...(last ?? []).slice(1)]),
    end: () => {
      if (entered) screen.write(LEAVE);
      if (last) screen.write(`${last.join('\n')}\n`);
    },
  };
}

/** A line for each second once it is complete, for pipes and files. */
export function createLinesView(out: NodeJS.WritableStream, err: NodeJS.WritableStream, paint: Palette): FollowView {
  let printed: number | undefined;
  let isAway = false;
  return {
    show: (ingestion) => {
      isAway = false;
      if (printed === undefined) out.write(`${renderSecondsHeader(ingestion, paint)}\n`);
      const fresh = Math.min(WINDOW_SECONDS, ingestion.lastSecond - (printed ?? ingestion.lastSecond - 1));
      for (const line of fresh > 0 ? renderSeconds(ingestion, fresh) : []) out.write(`${line}\n`);
      printed = ingestion.lastSecond;
    },
    away: (reason) => {
      if (!isAway) err.write(`${reason}\n`);
      isAway = true;
    },
    end: () => {},
  };
}
