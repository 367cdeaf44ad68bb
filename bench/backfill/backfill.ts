import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { INHERITED } from '../../embedded/test/inherited.ts';
import { type Stack, startStack } from '../../embedded/test/stack.ts';
import { temporaryDirectory } from '../../embedded/test/stored.ts';
import { BenchmarkError } from '../benchmarks.ts';
import { alternate } from '../measure/alternate.ts';
import { median } from '../measure/median.ts';
import { readProcessUsage } from '../measure/process-usage.ts';
import { renderTable, renderTarget } from '../table.ts';

const ROUNDS = 2;
/** Four drops of the default length. */
const MINUTES = 14;
const LOOK_EVERY_MILLIS = 200;
/** Times as fast as it would go by. */
const TARGET = 25;
const PASSWORD = 'backfill';
const COLUMNS = ['threads', 'history', 'spans', 'seconds', 'speed', 'generator MB, at a quarter', 'MB, at the end'];
const COMMAND = join(import.meta.dirname, '../../event-generator/src/commands/backfill.ts');

interface History {
  readonly spans: number;
  readonly seconds: number;
  readonly speed: number;
  /** Resident memory of the command's process. */
  readonly earlyMegabytes: number;
  readonly lateMegabytes: number;
}

/** How fast `just backfill` makes history at the default load, from its start until the last row is stored. */
export async function run(words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new BenchmarkError(`"${words.join(' ')}": the benchmark backfill takes no words`);
  await using directory = await temporaryDirectory();
  // As good as at rest.
  const live = { PRE_DROP_SECONDS: '86400', PRE_DROP_WORKERS: '1' };
  await using stack = await startStack(directory.path, { ...live, CLICKHOUSE_PASSWORD: PASSWORD });
  await stack.printed('▶ PRE_DROP');
  const measure = (shards: number) => () => makeHistory(stack, shards);
  const results = await alternate({ one: measure(1), two: measure(2) }, ROUNDS);
  const middle = (side: readonly History[], key: keyof History) => median(side.map((history) => history[key]));
  const rows = [results.one, results.two].map((side, index) => [
    index + 1,
    `${MINUTES} min`,
    middle(side, 'spans'),
    middle(side, 'seconds'),
    `${middle(side, 'speed').toFixed(1)}x`,
    middle(side, 'earlyMegabytes'),
    middle(side, 'lateMegabytes'),
  ]);
  console.log([...renderTable(COLUMNS, rows), '', `Medians of ${ROUNDS} rounds.`].join('\n'));
  const best = Math.max(middle(results.one, 'speed'), middle(results.two, 'speed'));
  console.log(renderTarget('history against real time', best, TARGET));
}

async function makeHistory(stack: Stack, shards: number): Promise<History> {
  const url = `http://127.0.0.1:${stack.ports.CLICKHOUSE_HTTP_PORT}`;
  await using admin = createClient({ url, username: 'admin', password: PASSWORD });
  const before = await countSpans(admin);
  const begun = performance.now();
  const child = spawn(process.execPath, [COMMAND, `${MINUTES}m`], {
    env: {
      ...INHERITED,
      DATA_DIR: stack.dataDir,
      CLICKHOUSE_URL: url,
      CLICKHOUSE_PASSWORD: PASSWORD,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${stack.ports.OTLP_GRPC_PORT}`,
      SHARDS: String(shards),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exited = once(child, 'exit');
  // It ends when it has found every row; the last new one comes before.
  let stored = before;
  let storedAt = begun;
  const memory: number[] = [];
  const isOver = exited.then(() => true);
  while (!(await Promise.race([isOver, sleep(LOOK_EVERY_MILLIS, false)]))) {
    const now = await countSpans(admin);
    if (now > stored) [stored, storedAt] = [now, performance.now()];
    if (child.exitCode === null && child.pid !== undefined) memory.push(readProcessUsage(child.pid).rssBytes / 1e6);
  }
  const [code] = await exited;
  if (code !== 0) throw new Error(`backfill ${MINUTES}m with SHARDS=${shards} ended with ${code}:\n${output}`);
  const seconds = (storedAt - begun) / 1000;
  return {
    spans: stored - before,
    seconds,
    speed: (MINUTES * 60) / seconds,
    earlyMegabytes: memory[memory.length >> 2] ?? Number.NaN,
    lateMegabytes: memory.at(-1) ?? Number.NaN,
  };
}

async function countSpans(admin: ReturnType<typeof createClient>): Promise<number> {
  const result = await admin.query({ query: 'SELECT count() AS n FROM otel.otel_traces', format: 'JSONEachRow' });
  const [row] = await result.json<{ n: string }>();
  return Number(row?.n);
}
