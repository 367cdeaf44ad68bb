/** An instant: milliseconds since the Unix epoch, with a fraction (a double holds about 0.2 us at today's dates). */
export type EpochMillis = number;

/**
 * The only source of time in the event-generator. A real clock drives live runs; a virtual one jumps from wake-up to
 * wake-up, so that the same code makes hours of history in minutes and tests are exact.
 */
export interface Clock {
  /** The present instant; it never goes backwards. */
  now(): EpochMillis;
  /** Resolves after `ms` milliseconds of this clock; at once, without an error, when `signal` is or becomes aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Waits for something that happens outside this clock's world, such as the network, and gives its result. A virtual clock stands still
   * meanwhile: however long it takes, no time passes here.
   */
  waitFor<T>(outside: Promise<T>): Promise<T>;
}
