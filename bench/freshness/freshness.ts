import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { type Stack, startStack } from '../../embedded/test/stack.ts';
import { temporaryDirectory } from '../../embedded/test/stored.ts';
import { BenchmarkError } from '../benchmarks.ts';
import { renderTable } from '../table.ts';
import { followAges } from './part-ages.ts';

const LOADS = [1, 10] as const;
const SETTLE_MILLIS = 8_000;
const MEASURE_MILLIS = 30_000;
const LOOK_EVERY_MILLIS = 100;
/** At LOAD 1. */
const TARGET_SECONDS = 2;
const PASSWORD = 'freshness';
const COLUMNS = ['load', 'spans/s', 'INSERTs/s', 'p50 s', 'p90 s', 'p99 s', 'max s'];

/** How long after its end a query finds a span, in the rush of a drop, through all of `npm start`. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark freshness takes no words`);
  await using directory = await temporaryDirectory();
  await using stack = await startStack(directory.path, {
    CLICKHOUSE_PASSWORD: PASSWORD,
    PRE_DROP_SECONDS: '2',
    DROP_LIVE_SECONDS: '600',
  });
  await stack.printed('▶ DROP_LIVE');
  const url = `http://127.0.0.1:${stack.ports.CLICKHOUSE_HTTP_PORT}`;
  await using admin = createClient({ url, username: 'admin', password: PASSWORD });
  const rows: (string | number)[][] = [];
  for (const load of LOADS) {
    await setLoad(stack, load);
    await sleep(SETTLE_MILLIS);
    const ages = await followAges(admin);
    const begun = performance.now();
    while (performance.now() - begun < MEASURE_MILLIS) {
      await ages.look();
      await sleep(LOOK_EVERY_MILLIS);
    }
    const seconds = (performance.now() - begun) / 1000;
    const quantiles = [0.5, 0.9, 0.99, 1].map((share) => ages.quantile(share));
    rows.push([load, ages.spans / seconds, ages.parts / seconds, ...quantiles]);
  }
  const p99 = Number(rows[0]![COLUMNS.indexOf('p99 s')]);
  console.log(renderTable(COLUMNS, rows).join('\n'));
  console.log(`\nA look every ${LOOK_EVERY_MILLIS} ms: the figures are too high by that at most, never too low.`);
  console.log(`p99 at LOAD 1: ${p99} s, target < ${TARGET_SECONDS} s: ${p99 < TARGET_SECONDS ? 'reached' : 'MISSED'}`);
}

async function setLoad(stack: Stack, load: number): Promise<void> {
  const url = `http://127.0.0.1:${stack.ports.CONTROL_PORT}/load`;
  const answer = await fetch(url, { method: 'PUT', body: JSON.stringify({ load }) });
  if (!answer.ok) throw new Error(`PUT ${url} ${load}: ${answer.status} ${await answer.text()}`);
}
