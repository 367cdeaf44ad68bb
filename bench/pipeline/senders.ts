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

/** Runs telemetrygen as fast as it will go for `seconds`, a worker for each of two cores; resolves to the spans it says it has made. */
export async function runTelemetrygen(binary: string, collector: BenchCollector, seconds: number): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(
    binary,
    [
      ...['traces', '--otlp-insecure', '--otlp-endpoint', `127.0.0.1:${collector.grpcPort}`],
      ...['--duration', `${seconds}s`, '--rate', '0', '--workers', '2', '--allow-export-failures'],
      // Of 100, its default, it delivers a fifth as many.
      ...['--batch-size', '2048'],
    ],
    { maxBuffer: 100e6 },
  );
  const counts = [...`${stdout}${stderr}`.matchAll(/traces generated.*"traces": (\d+)/g)].map(([, traces]) =>
    Number(traces),
  );
  if (counts.length === 0) throw new Error(`telemetrygen did not say what it made:\n${stderr.slice(-2_000)}`);
  return counts.reduce((sum, traces) => sum + traces, 0) * SPANS_A_TRACE;
}
