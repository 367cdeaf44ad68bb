import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '../benchmarks.ts';
import { alternate } from '../measure/alternate.ts';
import { median } from '../measure/median.ts';
import { renderTable, renderTarget } from '../table.ts';
import type { BareSdkTask } from './bare-sdk-process.ts';
import { type Delivery, measureSide, total } from './measure-side.ts';
import { record } from './record.ts';
import type { SimulationTask } from './simulate-process.ts';

const ROUNDS = 3;
/** Of each side in each round, the warm-up included. */
const SPANS = 1_100_000;
const SIDES = {
  one: 'simulation, 1 thread: spans, logs, metrics, ledger',
  two: 'simulation, 2 threads: the same',
  tuned: 'bare SDK, 1 thread: batches of 2,048, a queue for all',
  stock: 'bare SDK, 1 thread: stock settings',
} as const;
const COLUMNS = ['side', 'created', 'arrived', 'lost', 'spans/s', 'CPU us/span'];

/** The simulation unthrottled against the stock SDK making the same spans. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark generator takes no words`);
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-bench-'));
  try {
    const recording = join(directory, 'recording.json');
    await writeFile(recording, JSON.stringify(await record()));
    const results = await alternate(sidesFor(recording), ROUNDS);
    print(results);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function sidesFor(recording: string) {
  const simulate = (shards: number) => () =>
    measureSide<SimulationTask>('./simulate-process.ts', { spans: SPANS, shards });
  const replay = (processor?: NonNullable<BareSdkTask['processor']>) => () =>
    measureSide<BareSdkTask>('./bare-sdk-process.ts', { spans: SPANS, recording, ...(processor && { processor }) });
  return {
    one: simulate(1),
    two: simulate(2),
    tuned: replay({ maxQueueSize: 10_000_000, maxExportBatchSize: 2_048, scheduledDelayMillis: 100 }),
    stock: replay(),
  };
}

function print(results: Readonly<Record<keyof typeof SIDES, readonly Delivery[]>>): void {
  const middle = (side: keyof typeof SIDES, of: (delivery: Delivery) => number) => median(results[side].map(of));
  // Object.keys knows no key types.
  const sides = Object.keys(SIDES) as (keyof typeof SIDES)[];
  const rows = sides.map((side) => [
    SIDES[side],
    middle(side, ({ created }) => created.spans),
    middle(side, ({ arrived }) => arrived.spans),
    middle(side, ({ created, arrived }) => total(created) - total(arrived)),
    middle(side, ({ spansPerSecond }) => spansPerSecond),
    middle(side, ({ cpuMicros }) => cpuMicros),
  ]);
  const rate = (side: keyof typeof SIDES) => middle(side, ({ spansPerSecond }) => spansPerSecond);
  const peer = Math.max(rate('tuned'), rate('stock'));
  const lost = [...results.one, ...results.two].reduce(
    (sum, { created, arrived }) => sum + total(created) - total(arrived),
    0,
  );
  const { logRecords, dataPoints } = results.one[0]!.created;
  console.log(
    [
      ...renderTable(COLUMNS, rows),
      '',
      `Medians of ${ROUNDS} rounds. A simulation's rows hold its ${logRecords} log records and ${dataPoints} data points too; both sides make the same mix of spans.`,
      renderTarget('simulation on 1 thread, of the faster bare SDK', rate('one') / peer, 1),
      renderTarget('simulation on 2 threads, of the faster bare SDK', rate('two') / peer, 1.6),
      `lost by the simulation: ${lost}, target 0: ${lost === 0 ? 'reached' : 'MISSED'}`,
    ].join('\n'),
  );
}
