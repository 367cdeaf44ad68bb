import { BenchmarkError } from '../benchmarks.ts';
import { alternate } from '../measure/alternate.ts';
import { median } from '../measure/median.ts';
import { startRealCollector } from '../peers/real-collector.ts';
import { buildTelemetrygen } from '../peers/telemetrygen.ts';
import { startBenchClickHouse } from '../stand/clickhouse.ts';
import { startEmbeddedCollector } from '../stand/embedded-collector.ts';
import { renderTable, renderTarget } from '../table.ts';
import { runTelemetrygen, simulate, TELEMETRYGEN } from './senders.ts';
import { measureDelivery } from './stored.ts';

const ROUNDS = 2;
/** Of the simulation in each round: some ten seconds' worth. */
const SPANS = 600_000;
const TELEMETRYGEN_SECONDS = 6;
const SIDES = {
  ours: 'simulation, 2 threads -> embedded collector',
  stock: 'telemetrygen, 2 workers -> Collector 0.161',
  batches: 'the same, batches of 2,048',
  large: 'the same, and spans of 400 bytes',
} as const;
type Peer = keyof typeof TELEMETRYGEN;
const COLUMNS = ['pipeline', 'created', 'stored', 'lost', 'lost %', 'stored/s'];

/** Simulation to rows against telemetrygen to rows. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark pipeline takes no words`);
  const telemetrygen = await buildTelemetrygen();
  await using clickhouse = await startBenchClickHouse();
  await using embedded = await startEmbeddedCollector(clickhouse);
  await using batching = await startRealCollector(clickhouse, 'batching');
  const theirs = (peer: Peer) => () =>
    measureDelivery(clickhouse, () =>
      runTelemetrygen(telemetrygen, TELEMETRYGEN[peer], batching, TELEMETRYGEN_SECONDS),
    );
  const ours = () => measureDelivery(clickhouse, () => simulate(embedded, SPANS));
  const sides = { ours, stock: theirs('stock'), batches: theirs('batches'), large: theirs('large') };
  const results = await alternate(sides, ROUNDS);
  const rate = (side: keyof typeof SIDES) => median(results[side].map(({ storedPerSecond }) => storedPerSecond));
  const rows = (['ours', 'stock', 'batches', 'large'] as const).map((side) => {
    const created = results[side].reduce((sum, delivery) => sum + delivery.created, 0);
    const stored = results[side].reduce((sum, delivery) => sum + delivery.stored, 0);
    return [SIDES[side], created, stored, created - stored, ((created - stored) / created) * 100, rate(side)];
  });
  const lost = Number(rows[0]![COLUMNS.indexOf('lost')]);
  console.log(
    [
      ...renderTable(COLUMNS, rows),
      '',
      `Sums and medians of ${ROUNDS} rounds, from the start of a sender to the last row. The simulation's spans have 400 bytes, telemetrygen's 130;`,
      'its logs and metrics are stored in the same time. The Collector has its batch processor and its queue in memory.',
      ...(['stock', 'batches', 'large'] as const).map((peer) =>
        renderTarget(`stored spans/s, of "${SIDES[peer]}"`, rate('ours') / rate(peer), 1),
      ),
      `lost by the simulation's pipeline: ${lost}, target 0: ${lost === 0 ? 'reached' : 'MISSED'}`,
    ].join('\n'),
  );
}
