import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { type Counts, inFlight } from '../ledger/counts.ts';
import type { Signal } from '../signal.ts';
import { statusName } from './grpc-status.ts';
import type { ExportAcceptance, ExportFailure, ExportOutcome } from './outcome.ts';

/** Sees every attempt of every queue, and tells people in one line a turn how the collector fares. */
export interface CollectorWatch {
  /** An attempt ended, whatever came of it. */
  attempted(signal: Signal, outcome: ExportOutcome, seconds: number): void;
  /** A batch was taken. */
  accepted(signal: Signal, acceptance: ExportAcceptance): void;
  /** An attempt failed and will be repeated. */
  failed(failure: ExportFailure): void;
  /** A batch was refused for good. */
  refused(signal: Signal, items: number, failure: ExportFailure): void;
  /** Aborted when the collector is back, so that those who wait for their next attempt need not wait any longer. */
  readonly back: AbortSignal;
}

/** What the watch needs to know and whom it tells. */
export interface CollectorWatchOptions {
  readonly endpoint: string;
  readonly counts: Readonly<Counts>;
  /** How many spans, and how many log records, may wait in memory. */
  readonly queueLimit: number;
  readonly wallClock: Clock;
  readonly report: (line: string) => void;
  /** Called once for each attempt: the metrics. */
  readonly measure: (signal: Signal, outcome: ExportOutcome, seconds: number) => void;
}

/** Failures with a success in between are nothing to bother people with: the retry took care of them. */
const REPORT_AFTER_MS = 1_000;
const REFUSAL_REPORT_EVERY_MS = 60_000;

/** Watches the collector at `endpoint` over all signals. */
export function createCollectorWatch(options: CollectorWatchOptions): CollectorWatch {
  const { endpoint, counts, queueLimit, wallClock, report, measure } = options;
  let awaySince: EpochMillis | undefined;
  let firstFailure: EpochMillis | undefined;
  let back = new AbortController();
  const reportRefusal = createRefusalReport(endpoint, wallClock, report);

  const welcome = () => {
    firstFailure = undefined;
    if (awaySince === undefined) return;
    const seconds = ((wallClock.now() - awaySince) / 1000).toFixed(1);
    report(`${endpoint} takes telemetry again after ${seconds} s; ${waiting(counts)} waited, none of it lost.`);
    awaySince = undefined;
    back.abort();
    back = new AbortController();
  };

  return {
    attempted: measure,
    accepted: (signal, { rejected, message }) => {
      welcome();
      if (rejected > 0) reportRefusal(signal, rejected, `partial success: ${message || 'no reason given'}`);
    },
    failed: (failure) => {
      firstFailure ??= wallClock.now();
      if (awaySince !== undefined || wallClock.now() - firstFailure < REPORT_AFTER_MS) return;
      awaySince = firstFailure;
      report(
        `${endpoint} takes no telemetry (${statusName(failure.code)}: ${failure.message}). Trying on: up to ` +
          `${formatCount(queueLimit)} spans and as many log records wait in memory, then the simulation waits too. ` +
          'Start a collector there (npm start brings one) or set OTEL_EXPORTER_OTLP_ENDPOINT.',
      );
    },
    refused: (signal, items, failure) => {
      reportRefusal(signal, items, `${statusName(failure.code)}: ${failure.message}`);
    },
    get back() {
      return back.signal;
    },
  };
}

/** Tells of the first refusal of a kind, then at most once a minute how many there were since. */
function createRefusalReport(endpoint: string, wallClock: Clock, report: (line: string) => void) {
  const told = new Map<string, { at: EpochMillis; items: number }>();
  return (signal: Signal, items: number, reason: string) => {
    const now = wallClock.now();
    const key = `${signal} ${reason}`;
    const last = told.get(key);
    const sum = (last?.items ?? 0) + items;
    if (last && now - last.at < REFUSAL_REPORT_EVERY_MS) {
      last.items = sum;
      return;
    }
    told.set(key, { at: now, items: 0 });
    report(
      `${endpoint} refused ${formatCount(sum)} items of ${signal} for good (${reason}); the ledger counts them as ` +
        'rejected. Expected an OTLP/gRPC receiver that takes them: see its log, or set OTEL_EXPORTER_OTLP_ENDPOINT.',
    );
  };
}

function waiting(counts: Readonly<Counts>): string {
  const spans = formatCount(inFlight(counts.traces));
  const logs = formatCount(inFlight(counts.logs));
  return `${spans} spans, ${logs} log records and ${formatCount(inFlight(counts.metrics))} data points`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
