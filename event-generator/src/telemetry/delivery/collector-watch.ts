import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { type Counts, inFlight } from '../ledger/counts.ts';
import type { Signal } from '../signal.ts';
import { createEpisode } from './episode.ts';
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

/** It takes nothing from anybody, until it takes something. */
const AWAY = { toldAfterMs: 1_000, calmMs: 0 };
/** It takes what it has room for: some of what is sent, which is no end of it. It asks those it refuses to wait for 2 s or so. */
const FULL = { toldAfterMs: 1_000, calmMs: 10_000 };
const REFUSAL_REPORT_EVERY_MS = 60_000;

/** Watches the collector at `endpoint` over all signals. */
export function createCollectorWatch(options: CollectorWatchOptions): CollectorWatch {
  const { endpoint, counts, queueLimit, wallClock, report, measure } = options;
  const away = createEpisode(AWAY);
  const full = createEpisode(FULL);
  let back = new AbortController();
  const reportRefusal = createRefusalReport(endpoint, wallClock, report);

  const welcome = () => {
    const now = wallClock.now();
    const awaySeconds = away.succeeded(now);
    if (awaySeconds !== undefined) {
      report(
        `${endpoint} takes telemetry again after ${awaySeconds.toFixed(1)} s; ${waiting(counts)} waited, none of it lost.`,
      );
      back.abort();
      back = new AbortController();
    }
    const fullSeconds = full.succeeded(now);
    if (fullSeconds === undefined) return;
    report(`${endpoint} has room for all telemetry again after ${fullSeconds.toFixed(1)} s; none of it is lost.`);
  };

  return {
    attempted: measure,
    accepted: (signal, { rejected, message }) => {
      welcome();
      if (rejected > 0) reportRefusal(signal, rejected, 'partial success', message || 'no reason given');
    },
    failed: ({ code, message }) => {
      const status = `${statusName(code)}: ${message}`;
      const limit = formatCount(queueLimit);
      const waits = `with ${limit} spans or as many log records in memory, the simulation waits too`;
      if (statusName(code) === 'RESOURCE_EXHAUSTED') {
        if (!full.failed(wallClock.now())) return;
        report(`${endpoint} is given more than it stores (${status}). Going on at its pace: ${waits}.`);
        return;
      }
      if (!away.failed(wallClock.now())) return;
      report(
        `${endpoint} takes no telemetry (${status}). Trying on: ${waits}. ` +
          'Start a collector there (npm start brings one) or set OTEL_EXPORTER_OTLP_ENDPOINT.',
      );
    },
    refused: (signal, items, failure) => {
      reportRefusal(signal, items, statusName(failure.code), failure.message);
    },
    get back() {
      return back.signal;
    },
  };
}

/** Tells of the first refusal with a status, then at most once a minute how many there were since. */
function createRefusalReport(endpoint: string, wallClock: Clock, report: (line: string) => void) {
  const told = new Map<string, { at: EpochMillis; items: number }>();
  return (signal: Signal, items: number, status: string, reason: string) => {
    const now = wallClock.now();
    const key = `${signal} ${status}`;
    const last = told.get(key);
    const sum = (last?.items ?? 0) + items;
    if (last && now - last.at < REFUSAL_REPORT_EVERY_MS) {
      last.items = sum;
      return;
    }
    told.set(key, { at: now, items: 0 });
    report(
      `${endpoint} refused ${formatCount(sum)} items of ${signal} for good (${status}: ${reason}); the ledger counts them as ` +
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
