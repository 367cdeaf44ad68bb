/** What an INSERT brings, in the order people read them. */
const SIGNALS = ['traces', 'logs', 'metrics'] as const;
export type Signal = (typeof SIGNALS)[number];

/** How far back is measured. */
export const WINDOW_SECONDS = 60;

/** What was inserted in one second. `bytes` as ClickHouse holds values in memory, `bytesOnDisk` as the INSERT wrote them. */
export interface Second {
  readonly rows: number;
  readonly bytes: number;
  readonly bytesOnDisk: number;
}

/** The last minute of one signal. */
export interface SignalIngestion {
  readonly signal: Signal;
  /** {@link WINDOW_SECONDS} of them, the oldest first. */
  readonly seconds: readonly Second[];
  /** From the newest event's own time to the server's now, in seconds; below 0 where a sender's clock is ahead; undefined without any. */
  readonly newestAge: number | undefined;
  readonly storedRows: number;
  /** Uncompressed to compressed bytes of all that is stored, after merges; undefined where nothing is. */
  readonly compression: number | undefined;
}

/** The last minute as the server has it. */
export interface Ingestion {
  /** The last second that is complete, in seconds since the Unix epoch. */
  readonly lastSecond: number;
  readonly signals: readonly SignalIngestion[];
  /** For so long the server remembers parts that were merged: below {@link WINDOW_SECONDS}, older seconds are counted too low. */
  readonly partsKeptSeconds: number;
}

/** A row of inserted.sql. */
export interface InsertedRow {
  readonly signal: Signal;
  readonly second: number;
  readonly inserted_rows: number;
  readonly inserted_bytes: number;
  readonly inserted_bytes_on_disk: number;
}

/** A row of stored.sql. */
export interface StoredRow {
  readonly signal: Signal;
  /** Seconds since the Unix epoch, as are all times here. */
  readonly now: number;
  readonly newest_event: number;
  readonly stored_rows: number;
  readonly uncompressed_bytes: number;
  readonly compressed_bytes: number;
  readonly parts_kept_seconds: number;
}

/** An INSERT shows up a moment after the second it is dated with, as it is fsynced in between: the present second and the one before are not over. */
const SECONDS_STILL_FILLING = 2;

const NOTHING: Second = { rows: 0, bytes: 0, bytesOnDisk: 0 };

/** Puts together what the two statements said; `stored` must have been asked first, so that every second up to its `now` is in `inserted`. */
export function toIngestion(stored: readonly StoredRow[], inserted: readonly InsertedRow[]): Ingestion {
  const lastSecond = Math.floor(Math.max(...stored.map((row) => row.now))) - SECONDS_STILL_FILLING;
  const signals = SIGNALS.map((signal): SignalIngestion => {
    const bySecond = new Map(inserted.filter((row) => row.signal === signal).map((row) => [row.second, toSecond(row)]));
    const now = stored.find((row) => row.signal === signal);
    return {
      signal,
      seconds: Array.from(
        { length: WINDOW_SECONDS },
        (_, index) => bySecond.get(lastSecond - WINDOW_SECONDS + 1 + index) ?? NOTHING,
      ),
      newestAge: now && now.stored_rows > 0 ? now.now - now.newest_event : undefined,
      storedRows: now?.stored_rows ?? 0,
      compression: now && now.compressed_bytes > 0 ? now.uncompressed_bytes / now.compressed_bytes : undefined,
    };
  });
  return { lastSecond, signals, partsKeptSeconds: stored[0]?.parts_kept_seconds ?? 0 };
}

function toSecond(row: InsertedRow): Second {
  return { rows: row.inserted_rows, bytes: row.inserted_bytes, bytesOnDisk: row.inserted_bytes_on_disk };
}
