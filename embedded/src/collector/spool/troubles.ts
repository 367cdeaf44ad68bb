import { createEpisode, type Log } from '../log.ts';
import type { Signal } from '../mapping/statements.ts';
import type { Tuning } from '../tuning.ts';
import type { SpoolWriteError } from './spool-error.ts';
import type { SpoolSpace } from './spool-space.ts';

/** What a spool tells people of: that it is full, or cannot be written, in one line when that begins and one when it is over. */
export interface SpoolTroubles {
  /** A request found no room. */
  refused(): void;
  /** A segment is deleted. */
  freed(): void;
  /** A signal's write ended, with what went wrong or without. */
  written(signal: Signal, failure?: SpoolWriteError): void;
  /** Says no more. */
  close(): void;
}

/** Of a spool without troubles. */
export function createSpoolTroubles(space: SpoolSpace, tuning: Tuning, log: Log): SpoolTroubles {
  const full = createEpisode(log);
  const unwritable = createEpisode(log);
  const failing = new Set<Signal>();
  let calm: NodeJS.Timeout | undefined;

  /** Not at the first room: a spool that is given more than is stored comes and goes at its bound. */
  const sayRoom = () => {
    if (calm !== undefined || space.used > space.limit / 2) return;
    full.end(`the spool has room again: ${space.used} of ${space.limit} bytes wait`);
  };

  return {
    refused: () => {
      full.begin(
        `the spool is full: ${space.used} of ${space.limit} bytes wait for ClickHouse, which stores less than comes in. Senders are ` +
          'told to wait; what was acknowledged is safe. Start ClickHouse, lower the load, or raise SPOOL_MAX_BYTES.',
      );
      clearTimeout(calm);
      calm = setTimeout(() => {
        calm = undefined;
        sayRoom();
      }, tuning.calmMillis);
    },
    freed: sayRoom,
    written: (signal, failure) => {
      if (failure !== undefined) {
        failing.add(signal);
        unwritable.begin(`${failure.message}. Senders are told to retry; what was acknowledged is safe.`);
      } else if (failing.delete(signal) && failing.size === 0) {
        unwritable.end('the spool can be written again');
      }
    },
    close: () => clearTimeout(calm),
  };
}
