import { BenchmarkError } from '../benchmarks.ts';
import { alternate } from '../measure/alternate.ts';
import { median } from '../measure/median.ts';
import { startRealCollector } from '../peers/real-collector.ts';
import { startBenchClickHouse } from '../stand/clickhouse.ts';
import { type BenchCollector, startEmbeddedCollector } from '../stand/embedded-collector.ts';
import { renderTable, renderTarget } from '../table.ts';
import { createBodies } from './bodies.ts';
import { type Load, measureCollector, type Passage } from './measure-collector.ts';
import { recordSpans } from './record-spans.ts';

const ROUNDS = 3;
/** About what the event-generator sends at a time under load, and what a small application sends. */
const LARGE_REQUEST = 4096;
const SMALL_REQUEST = 100;
/** The recorded drop has 200,000; these are from its rush. */
const RECORDED = { from: 60_000, to: 160_000 };
/** Of them, so many go in small requests. */
const IN_SMALL_REQUESTS = 20_000;
const SIDES = {
  embedded: 'embedded, on disk before acknowledgement',
  batching: 'Collector 0.161, batches in memory',
  synced: 'Collector 0.161, on disk before acknowledgement',
} as const;
const COLUMNS = [
  'spans a request',
  'collector',
  'acknowledged/s',
  'stored/s',
  'collector us/span',
  'ClickHouse us/span',
  'lost',
  'refused, resent',
];

/** The embedded collector against the OpenTelemetry Collector: the same requests into the same ClickHouse. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark collector takes no words`);
  const spans = (await recordSpans()).slice(RECORDED.from, RECORDED.to);
  await using clickhouse = await startBenchClickHouse();
  await using embedded = await startEmbeddedCollector(clickhouse);
  await using batching = await startRealCollector(clickhouse, 'batching');
  await using synced = await startRealCollector(clickhouse, 'synced');

  const rows: (string | number)[][] = [];
  const targets: string[] = [];
  const compare = async (size: number, load: Omit<Load, 'editions'>, editions: number) => {
    const measure = (collector: BenchCollector, editions: number) => () =>
      measureCollector(collector, clickhouse, { ...load, editions });
    const sides = {
      embedded: measure(embedded, editions),
      batching: measure(batching, editions),
      // Several times slower, and at the same pace from the start.
      synced: measure(synced, 1),
    };
    const results = await alternate(sides, ROUNDS);
    const ours = summary(results.embedded);
    for (const peer of ['batching', 'synced'] as const) {
      const theirs = summary(results[peer]);
      const against = `of "${SIDES[peer]}", ${size} spans a request`;
      targets.push(
        renderTarget(`stored/s ${against}`, ours.storedPerSecond / theirs.storedPerSecond, 1.5),
        renderTarget(`acknowledged/s ${against}`, ours.acknowledgedPerSecond / theirs.acknowledgedPerSecond, 2),
      );
    }
    for (const side of Object.keys(sides) as (keyof typeof sides)[]) {
      rows.push([size, SIDES[side], ...Object.values(summary(results[side]))]);
    }
  };
  // Long enough that the last segment and the last batch, loaded alone, weigh little.
  await compare(LARGE_REQUEST, { bodies: createBodies(spans, LARGE_REQUEST), inFlight: 4 }, 3);
  const few = spans.slice(0, IN_SMALL_REQUESTS);
  await compare(SMALL_REQUEST, { bodies: createBodies(few, SMALL_REQUEST), inFlight: 32 }, 8);
  console.log([...renderTable(COLUMNS, rows), '', ...targets].join('\n'));
}

/** Medians of the passages; what was lost in all of them. */
function summary(passages: readonly Passage[]): Passage {
  const middle = (key: keyof Passage) => median(passages.map((passage) => passage[key]));
  return {
    acknowledgedPerSecond: middle('acknowledgedPerSecond'),
    storedPerSecond: middle('storedPerSecond'),
    collectorCpu: middle('collectorCpu'),
    clickhouseCpu: middle('clickhouseCpu'),
    lost: passages.reduce((sum, { lost }) => sum + lost, 0),
    refusals: middle('refusals'),
  };
}
