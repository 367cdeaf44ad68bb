import type { ClickHouseClient } from '@clickhouse/client';
import type { Clock } from '../simulation/clock.ts';
import type { Random } from '../simulation/random.ts';
import { backoffMs } from '../telemetry/delivery/backoff.ts';
import { createEpisode } from '../telemetry/delivery/episode.ts';
import { reasonOf } from './reason.ts';
import type { IncidentRow } from './to-row.ts';

/** Writes rows of otel.incidents, each until ClickHouse has taken it. */
export interface RowWriter {
  /** Takes the place of a row with the same id that is not written yet. */
  write(row: IncidentRow): void;
  /** Gives what is not written yet a last chance, and says what is lost. */
  close(): Promise<void>;
}

/** What the writer needs. */
export interface RowWriterOptions {
  readonly client: ClickHouseClient;
  /** Where ClickHouse is, for people. */
  readonly url: string;
  /** The machine's. */
  readonly clock: Clock;
  /** Spreads the attempts. */
  readonly random: Random;
  /** Takes one line for people. */
  readonly report: (line: string) => void;
}

/** More than a run of days has, should ClickHouse be away for all of them. */
const MAX_ROWS = 10_000;
const LAST_CHANCE_MS = 2_000;
/** ClickHouse may be restarted meanwhile. */
const TOLD = { toldAfterMs: 3_000, calmMs: 0 };

/** A writer with nothing to write yet. */
export function createRowWriter({ client, url, clock, random, report }: RowWriterOptions): RowWriter {
  const waiting = new Map<string, IncidentRow>();
  const episode = createEpisode(TOLD);
  const closing = new AbortController();
  const overdue = new AbortController();
  let refused = 0;
  let failure = '';
  let writing: Promise<void> | undefined;

  const attempt = async (): Promise<boolean> => {
    const rows = [...waiting.values()];
    try {
      await client.insert({
        table: 'otel.incidents',
        format: 'JSONEachRow',
        values: rows,
        clickhouse_settings: { date_time_input_format: 'best_effort' },
        abort_signal: overdue.signal,
      });
    } catch (error) {
      // What ends a last chance says nothing.
      if (!overdue.signal.aborted || failure === '') failure = reasonOf(error);
      if (episode.failed(clock.now()))
        report(
          `The log of incidents cannot be written to ClickHouse at ${url} (${failure}). It waits in memory, and is tried on: start the stack, or set STORE_URL and STORE_PASSWORD to its own.`,
        );
      return false;
    }
    // What has changed since is still to be written.
    for (const row of rows) if (waiting.get(row.Id) === row) waiting.delete(row.Id);
    const seconds = episode.succeeded(clock.now());
    if (seconds !== undefined)
      report(`The log of incidents is written again after ${seconds.toFixed(1)} s; nothing of it is lost.`);
    return true;
  };

  const writeAll = async () => {
    for (let failures = 0; waiting.size > 0 && !overdue.signal.aborted; ) {
      failures = (await attempt()) ? 0 : failures + 1;
      if (failures === 0) continue;
      // A last chance is short.
      const wait = closing.signal.aborted ? backoffMs(1, random) : backoffMs(failures, random);
      await clock.sleep(wait, closing.signal.aborted ? overdue.signal : closing.signal);
    }
    writing = undefined;
  };

  return {
    write: (row) => {
      if (waiting.size >= MAX_ROWS && !waiting.has(row.Id)) {
        refused += 1;
        return;
      }
      waiting.set(row.Id, row);
      writing ??= writeAll();
    },
    close: async () => {
      closing.abort();
      if (writing) {
        const done = new AbortController();
        void clock.sleep(LAST_CHANCE_MS, done.signal).then(() => overdue.abort());
        await writing;
        done.abort();
      }
      const lost = waiting.size + refused;
      if (lost > 0)
        report(
          `${lost} incidents of this run are missing or incomplete in otel.incidents: it could not be written (${failure}).`,
        );
    },
  };
}
