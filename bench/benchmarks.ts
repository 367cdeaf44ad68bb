/** Every benchmark: its name is its directory, and its program `NAME/NAME.ts`. */
export const BENCHMARKS: Readonly<Record<string, string>> = {
  generator: 'the simulation unthrottled against the bare SDK making the same spans, into a sink that stores nothing',
  collector: 'the embedded collector against the OpenTelemetry Collector, same bodies, same ClickHouse',
  pipeline: 'simulation to rows against telemetrygen to rows',
  freshness: 'from the end of a span until a query finds it',
  footprint: 'memory and processor time of every process at rest and at work',
  backfill: 'how fast history is made, to the last row stored',
  python: 'the generator against the Python SDK making the same spans, into the same collector',
};

/** What each benchmark's program exports. */
export interface Benchmark {
  /**
   * Measures and prints its table. `words` is what stands behind the benchmark's name.
   * @throws BenchmarkError for words it does not know, or something it cannot do without
   */
  run(words: readonly string[]): Promise<void>;
}

/** A benchmark that cannot run: one line that says what is missing and what to do. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError';
}
