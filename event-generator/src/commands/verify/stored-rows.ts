import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import type { Signal } from '../../telemetry/signal.ts';
import { StatementError, UnavailableError } from '../clickhouse/failure.ts';
import type { ClickHouse } from '../clickhouse/open-clickhouse.ts';

/** What is asked about. */
export interface RunInStore {
  readonly runId: string;
  readonly startedAt: EpochMillis;
}

/** Signals whose items can be told apart; a data point's rows have no more than the second. */
export type DoubledSignal = Exclude<Signal, 'metrics'>;

/** Rows, by service. */
export type RowsByService = ReadonlyMap<string, number>;

/** ClickHouse, as far as runs are concerned. */
export interface RunStore {
  /** How long rows are kept, in seconds; a signal whose rows are kept for ever has none. Fails at once where there is no ClickHouse. */
  lifetimes(): Promise<Partial<Record<Signal, number>>>;
  /** Rows of a run. */
  stored(run: RunInStore, signal: Signal): Promise<RowsByService>;
  /** Rows of a run that repeat a span, or a log record, which is there already. */
  doubled(run: RunInStore, signal: DoubledSignal): Promise<RowsByService>;
  /** Deletes the rows of a run and its incidents, as far as they are there by now. */
  remove(run: RunInStore): Promise<void>;
}

/** A table and its column of time. */
const TABLES: Readonly<Record<Signal, readonly (readonly [table: string, time: string])[]>> = {
  traces: [['otel_traces', 'Timestamp']],
  logs: [['otel_logs', 'Timestamp']],
  metrics: [
    ['otel_metrics_gauge', 'TimeUnix'],
    ['otel_metrics_sum', 'TimeUnix'],
    ['otel_metrics_histogram', 'TimeUnix'],
    ['otel_metrics_exponential_histogram', 'TimeUnix'],
    ['otel_metrics_summary', 'TimeUnix'],
  ],
};

/** ClickHouse may be short of memory for a moment, as merges and the page share it, or be started again. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/** Asks `clickhouse` until `signal` aborts. */
export function openRunStore(clickhouse: ClickHouse, clock: Clock, signal: AbortSignal): RunStore {
  const rows = async (file: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> => {
    const sql = await readFile(join(import.meta.dirname, file), 'utf8');
    const settings = { output_format_json_quote_64bit_integers: 0, log_queries: 0 };
    const { body } = await clickhouse.run(sql, { format: 'JSONEachRow', params, settings, signal });
    const lines = (await text(body)).split('\n').filter((line) => line !== '');
    // JSONEachRow is a line of one object for each row.
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const patiently = async (file: string, params: Record<string, unknown>) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await rows(file, params);
      } catch (error) {
        const mayPass = error instanceof StatementError || error instanceof UnavailableError;
        if (signal.aborted || attempt === ATTEMPTS || !mayPass) throw error;
        await clock.sleep(PAUSE_MS, signal);
      }
    }
  };
  const about = ({ runId, startedAt }: RunInStore) => ({ run: runId, since: Math.floor(startedAt / 1000) });

  return {
    lifetimes: async () => {
      const seconds = new Map((await rows('lifetimes.sql')).map((row) => [String(row.table), Number(row.seconds)]));
      const shortest = (signal: Signal) => Math.min(...TABLES[signal].map(([table]) => seconds.get(table) ?? Infinity));
      const known = (['traces', 'logs', 'metrics'] as const).map((signal) => [signal, shortest(signal)] as const);
      return Object.fromEntries(known.filter(([, kept]) => Number.isFinite(kept)));
    },
    stored: async (run, signal) => {
      const sum = new Map<string, number>();
      for (const [table, time] of TABLES[signal]) {
        for (const row of await patiently('stored.sql', { ...about(run), table, time })) {
          const service = String(row.service);
          sum.set(service, (sum.get(service) ?? 0) + Number(row.stored));
        }
      }
      return sum;
    },
    doubled: async (run, signal) => {
      const found = await patiently(`doubled-${signal}.sql`, about(run));
      return new Map(found.map((row) => [String(row.service), Number(row.doubled)]));
    },
    remove: async (run) => {
      for (const [table, time] of Object.values(TABLES).flat())
        await patiently('delete.sql', { ...about(run), table, time });
      await patiently('delete-incidents.sql', { run: run.runId });
    },
  };
}
