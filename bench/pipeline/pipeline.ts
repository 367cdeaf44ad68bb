import { BenchmarkError } from '../benchmarks.ts';
import { alternate } from '../measure/alternate.ts';
import { median } from '../measure/median.ts';
import { startRealCollector } from '../peers/real-collector.ts';
import { buildTelemetrygen } from '../peers/telemetrygen.ts';
import { startBenchClickHouse } from '../stand/clickhouse.ts';
import { startEmbeddedCollector } from '../stand/embedded-collector.ts';
import { renderTable, renderTarget } from '../table.ts';
import { runTelemetrygen, simulate } from './senders.ts';
import { measureDelivery } from './stored.ts';

const ROUNDS = 3;
/** Of the simulation in each round: some ten seconds' worth. */
const SPANS = 300_000;
const TELEMETRYGEN_SECONDS = 10;
const SIDES = {
  ours: 'simulation, 2 threads -> embedded collector',
  theirs: 'telemetrygen, 2 workers -> Collector 0.161, batches in memory',
} as const;
const COLUMNS = ['pipeline', 'created', 'stored', 'lost', 'lost %', 'stored/s'];

/** Simulation to rows against telemetrygen to rows. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark pipeline takes no words`);
  const telemetrygen = await buildTelemetrygen();
  await using clickhouse = await startBenchClickHouse();
  await using embedded = await startEmbeddedCollector(clickhouse);
  await using batching = await startRealCollector(clickhouse, 'batching');
  const results = await alternate(
    {
      ours: () => measureDelivery(clickhouse, () => simulate(embedded, SPANS)),
      theirs: () => measureDelivery(clickhouse, () => runTelemetrygen(telemetrygen, batching, TELEMETRYGEN_SECONDS)),
    },
    ROUNDS,
  );
  const rate = (side: keyof typeof SIDES) => median(results[side].map(({ storedPerSecond }) => storedPerSecond));
  const rows = (['ours', 'theirs'] as const).map((side) => {
    const created = results[side].reduce((sum, delivery) => sum + delivery.created, 0);
    const stored = results[side].reduce((sum, delivery) => sum + delivery.stored, 0);
    return [SIDES[side], created, stored, created - stored, ((created - stored) / created) * 100, rate(side)];
  });
  const lost = Number(rows[0]![COLUMNS.indexOf('lost')]);
  console.log(
    [
      ...renderTable(COLUMNS, rows),
      '',
      `Sums and medians of ${ROUNDS} rounds, from the first rows to the last one. The simulation stores its logs and metrics meanwhile;`,
      'its spans have four times the bytes of those of telemetrygen.',
      renderTarget('stored spans/s, of what telemetrygen delivers', rate('ours') / rate('theirs'), 1),
      `lost by the simulation's pipeline: ${lost}, target 0: ${lost === 0 ? 'reached' : 'MISSED'}`,
    ].join('\n'),
  );
}
