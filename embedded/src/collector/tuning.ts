/**
 * What the collector's behaviour hangs on and no user sets. Tests shorten some of them.
 */
export const TUNING = {
  /**
   * A segment file is closed for more when it holds this many bytes, some 40,000 spans… An INSERT costs 40 ms of CPU however little is
   * in it: at half this size one takes 12 % more for each span. It takes 132 MB of memory, and two of them stay far below what
   * clickhouse-users.xml allows; at twice this size it takes 250 MB for another 7 %.
   */
  segmentBytes: 16 * 1024 * 1024,
  /**
   * …or when its first byte is this old and the loader has nothing better to do. An INSERT costs ClickHouse 0.06 s of CPU
   * however little is in it; telemetry is to be visible 2 s after it happened.
   */
  segmentMillis: 800,
  /** INSERTs at a time. Two keep the engine's parsing and writing overlapped; more only cost memory (measured). */
  loadsInFlight: 2,
  /** How long a body is remembered, so that a client's retry of it is not stored again. */
  retryWindowMillis: 10 * 60_000,
  /** Bodies remembered at most, about 100 bytes of memory each. */
  retryWindowBodies: 200_000,
  /** Bytes of requests being received or waiting for the disk; further ones wait before they are read. */
  requestMemoryBytes: 128 * 1024 * 1024,
  /** Bytes of requests that ClickHouse can't store are kept up to this bound. */
  quarantineBytes: 512 * 1024 * 1024,
  /** An INSERT that has not answered after this long is repeated with the same token. */
  insertMillis: 120_000,
  /** First and longest wait between attempts while ClickHouse can't store. */
  retryMillis: 250,
  maxRetryMillis: 5_000,
  /** How long a stopping collector goes on storing what it has acknowledged. */
  drainMillis: 20_000,
  /** How often the collector stores metrics of its own. */
  ownMetricsMillis: 10_000,
  /** How long nobody may have been refused before a spool that was full is said to have room again. */
  calmMillis: 10_000,
  /** How often each gRPC connection is asked whether its peer is still there. */
  pingMillis: 30_000,
  /** What a refused client is told to wait. */
  retryAfterSeconds: 2,
} as const;

/** {@link TUNING}, or other values of the same shape. */
export type Tuning = Readonly<Record<keyof typeof TUNING, number>>;
