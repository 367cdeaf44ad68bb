import type { CollectorWatch, CollectorWatchOptions } from '../telemetry/delivery/collector-watch.ts';
import type { ExportAcceptance, ExportFailure } from '../telemetry/delivery/outcome.ts';
import type { Signal } from '../telemetry/signal.ts';

/** What a shard sees of the collector. */
export type Sighting =
  | { readonly what: 'accepted'; readonly signal: Signal; readonly acceptance: ExportAcceptance }
  | { readonly what: 'failed'; readonly failure: ExportFailure }
  | { readonly what: 'refused'; readonly signal: Signal; readonly items: number; readonly failure: ExportFailure };

/** The collector as a shard's thread watches it: what it sees it tells the one watch of the process, and hears from there how it is. */
export interface ThreadWatch {
  /** Stands in for `createCollectorWatch`. */
  create(options: CollectorWatchOptions): CollectorWatch;
  /** The collector is back. */
  welcome(): void;
  /** A line about the collector, to be reported by this shard. */
  report(line: string): void;
}

/** A watch that `tell`s what it sees. */
export function createThreadWatch(tell: (sighting: Sighting) => void): ThreadWatch {
  let back = new AbortController();
  let created: CollectorWatchOptions | undefined;
  return {
    create: (options) => {
      created = options;
      return {
        attempted: options.measure,
        accepted: (signal, acceptance) => tell({ what: 'accepted', signal, acceptance }),
        failed: (failure) => tell({ what: 'failed', failure }),
        refused: (signal, items, failure) => tell({ what: 'refused', signal, items, failure }),
        get back() {
          return back.signal;
        },
      };
    },
    welcome: () => {
      back.abort();
      back = new AbortController();
    },
    report: (line) => created?.report(line),
  };
}

/** Tells a watch what a shard has seen. */
export function tellWatch(watch: CollectorWatch, sighting: Sighting): void {
  if (sighting.what === 'accepted') watch.accepted(sighting.signal, sighting.acceptance);
  else if (sighting.what === 'failed') watch.failed(sighting.failure);
  else watch.refused(sighting.signal, sighting.items, sighting.failure);
}
