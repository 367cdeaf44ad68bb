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
  const calm = new Map<() => void, NodeJS.Timeout>();

  /** Calls `sayOver` when nothing has gone wrong for a while: what stands at a bound comes and goes there. */
  const sayLater = (sayOver: () => void) => {
    clearTimeout(calm.get(sayOver));
    const timer = setTimeout(() => {
      calm.delete(sayOver);
      sayOver();
    }, tuning.calmMillis);
    calm.set(sayOver, timer);
  };
  const sayRoom = () => {
    if (calm.has(sayRoom) || space.used > space.limit / 2) return;
    full.end(`the spool has room again: ${space.used} of ${space.limit} bytes wait`);
  };
  const sayWritable = () => {
    if (calm.has(sayWritable) || failing.size > 0) return;
    unwritable.end('the spool can be written again');
  };

  return {
    refused: () => {
      full.begin(
        `the spool is full: ${space.used} of ${space.limit} bytes wait for ClickHouse, which stores less than comes in. Senders are ` +
          'told to wait; what was acknowledged is safe. Lower the load, or raise SPOOL_MAX_BYTES; where ClickHouse stores nothing, a line before this one says why.',
      );
      sayLater(sayRoom);
    },
    freed: sayRoom,
    written: (signal, failure) => {
      if (failure === undefined) {
        if (failing.delete(signal)) sayWritable();
        return;
      }
      failing.add(signal);
      unwritable.begin(`${failure.message}. Senders are told to retry; what was acknowledged is safe.`);
      sayLater(sayWritable);
    },
    close: () => {
      for (const timer of calm.values()) clearTimeout(timer);
    },
  };
}
