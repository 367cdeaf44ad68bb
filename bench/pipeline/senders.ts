import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SimulationTask } from '../generator/simulate-process.ts';
import { startSide } from '../generator/start-side.ts';
import type { BenchCollector } from '../stand/embedded-collector.ts';

/** How long before now simulated time begins: it runs far ahead of the clock, and stays in the past. */
const SIMULATED_BEFORE_MS = 3_600_000;

/** Runs the whole simulation unthrottled in two threads until it has made `spans`; resolves to how many it has made. */
export async function simulate(collector: BenchCollector, spans: number): Promise<number> {
  await using simulation = startSide<SimulationTask>('./simulate-process.ts', {
    endpoint: `http://127.0.0.1:${collector.grpcPort}`,
    spans,
    shards: 2,
    from: Date.now() - SIMULATED_BEFORE_MS,
  });
  return (await simulation.made).spans;
}

/** Of each of its traces: a root and a child. */
const SPANS_A_TRACE = 2;

/** What telemetrygen is told besides to go as fast as it can. */
export const TELEMETRYGEN = {
  stock: [],
  /** It delivers several times as much as with batches of 100, its default. */
  batches: ['--batch-size', '2048'],
  /** Spans of some 400 bytes, as the simulation's are, in the place of 130. */
  large: [
    ...['--batch-size', '2048'],
    ...Array.from({ length: 8 }, (_, i) => [
      '--telemetry-attributes',
      `bench.attribute.${i}="a value of some length"`,
    ]).flat(),
  ],
} as const;

/** Runs telemetrygen for `seconds`, a worker for each of two cores; resolves to the spans it says it has made. */
export async function runTelemetrygen(
  binary: string,
  settings: readonly string[],
  collector: BenchCollector,
  seconds: number,
): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(
    binary,
    [
      ...['traces', '--otlp-insecure', '--otlp-endpoint', `127.0.0.1:${collector.grpcPort}`],
      ...['--duration', `${seconds}s`, '--rate', '0', '--workers', '2', '--allow-export-failures'],
      ...settings,
    ],
    { maxBuffer: 100e6 },
  );
  const counts = [...`${stdout}${stderr}`.matchAll(/traces generated.*"traces": (\d+)/g)].map(([, traces]) =>
    Number(traces),
  );
  if (counts.length === 0) throw new Error(`telemetrygen did not say what it made:\n${stderr.slice(-2_000)}`);
  return counts.reduce((sum, traces) => sum + traces, 0) * SPANS_A_TRACE;
}
