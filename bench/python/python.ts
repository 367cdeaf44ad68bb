import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BenchmarkError } from '../benchmarks.ts';
import { record } from '../generator/record.ts';
import type { SimulationTask } from '../generator/simulate-process.ts';
import { startSide } from '../generator/start-side.ts';
import { alternate } from '../measure/alternate.ts';
import { median } from '../measure/median.ts';
import { type Delivery, measureDelivery } from '../pipeline/stored.ts';
import { startBenchClickHouse } from '../stand/clickhouse.ts';
import { startEmbeddedCollector } from '../stand/embedded-collector.ts';
import { renderTable, renderTarget } from '../table.ts';
import { pythonWithSdk } from './virtual-environment.ts';

const ROUNDS = 3;
/** Some seconds' worth of each side, the start of its process included. */
const SPANS = { simulation: 450_000, python: 60_000 };
/** How long before now simulated time begins: it runs far ahead of the clock, and rows of long ago would expire. */
const SIMULATED_BEFORE_MS = 3_600_000;
const SIDES = {
  simulation: 'event-generator, unthrottled',
  kept: 'Python SDK, batches of 2,048, a queue for all',
  stock: 'Python SDK, stock settings',
} as const;
const COLUMNS = ['side', 'created', 'stored', 'lost', 'spans stored/s'];

/** The generator against the Python SDK making the same spans, into the embedded collector and its ClickHouse. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark python takes no words`);
  const python = await pythonWithSdk();
  const directory = await mkdtemp(join(tmpdir(), 'click-ai-bench-'));
  try {
    const recording = join(directory, 'recording.json');
    await writeFile(recording, JSON.stringify(await record()));
    await using clickhouse = await startBenchClickHouse();
    await using collector = await startEmbeddedCollector(clickhouse);
    const endpoint = `http://127.0.0.1:${collector.grpcPort}`;
    const replay = (processor: object) =>
      measureDelivery(clickhouse, async () => {
        const task = { endpoint, recording, spans: SPANS.python, processor };
        const program = join(import.meta.dirname, 'replay.py');
        const { stdout } = await promisify(execFile)(python, [program, JSON.stringify(task)]);
        return Number(stdout);
      });
    const simulate = async () => {
      const from = Date.now() - SIMULATED_BEFORE_MS;
      const task: SimulationTask = { endpoint, spans: SPANS.simulation, shards: 1, from };
      await using side = startSide('./simulate-process.ts', task);
      const { spans } = await side.made;
      return spans;
    };
    print(
      await alternate(
        {
          simulation: () => measureDelivery(clickhouse, simulate),
          kept: () => replay({ max_queue_size: 1_000_000, max_export_batch_size: 2_048 }),
          stock: () => replay({}),
        },
        ROUNDS,
      ),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

function print(results: Readonly<Record<keyof typeof SIDES, readonly Delivery[]>>): void {
  const middle = (side: keyof typeof SIDES, of: (stored: Delivery) => number) => median(results[side].map(of));
  const rate = (side: keyof typeof SIDES) => middle(side, ({ storedPerSecond }) => storedPerSecond);
  // Object.keys knows no key types.
  const rows = (Object.keys(SIDES) as (keyof typeof SIDES)[]).map((side) => [
    SIDES[side],
    middle(side, ({ created }) => created),
    middle(side, ({ stored }) => stored),
    middle(side, ({ created, stored }) => created - stored),
    rate(side),
  ]);
  console.log(
    [
      ...renderTable(COLUMNS, rows),
      '',
      `Medians of ${ROUNDS} rounds, from the start of a side to its last row; the event-generator's logs and metrics are stored besides.`,
      renderTarget('stored/s, of the faster Python SDK', rate('simulation') / Math.max(rate('kept'), rate('stock')), 5),
    ].join('\n'),
  );
}
