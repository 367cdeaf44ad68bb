import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse.ts';
import { afterAll, startTestCollector, until } from '../collector.ts';
import { INHERITED } from '../inherited.ts';
import { rowsOf } from '../stored.ts';

const command = join(import.meta.dirname, '../../../event-generator/src/commands/backfill.ts');
const cleanup = afterAll();

describe('backfill', () => {
  let clickhouse: TestClickHouse;
  let dataDir: string;
  let endpoint: string;
  before(async () => {
    clickhouse = await startTestClickHouse();
    dataDir = await mkdtemp(join(tmpdir(), 'click-ai-backfill-'));
    const collector = await startTestCollector(cleanup, { clickhouse });
    endpoint = `http://127.0.0.1:${collector.grpcPort}`;
  });
  after(async () => {
    await clickhouse.stop();
    await rm(dataDir, { recursive: true });
  });

  function backfill(...words: string[]) {
    const child = spawn(process.execPath, [command, ...words], {
      env: {
        ...INHERITED,
        DATA_DIR: dataDir,
        CLICKHOUSE_URL: clickhouse.url,
        CLICKHOUSE_PASSWORD: clickhouse.adminPassword,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        SEED: '42',
        // Of the run that is live.
        RUN_ID: 'live',
        BACKFILL: '1',
        INCIDENTS: 'each',
        PRE_DROP_SECONDS: '1',
        DROP_LIVE_SECONDS: '2',
        POST_DROP_SECONDS: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, output: () => output, ended };
  }

  /** What is stored of each run, the earliest first. */
  const runs = () =>
    rowsOf<{ run: string; from: string; to: string; drops: string[] }>(
      clickhouse.admin,
      `SELECT ResourceAttributes['snkrs.run.id'] AS run, min(Timestamp) AS from, max(Timestamp) AS to,
        arraySort(groupUniqArrayIf(SpanAttributes['snkrs.drop.id'], SpanAttributes['snkrs.drop.id'] != '')) AS drops
      FROM otel.otel_traces WHERE ServiceName != 'event-generator' GROUP BY run ORDER BY from`,
    );
  const ledgers = async () => {
    const names = await readdir(join(dataDir, 'runs'));
    const texts = await Promise.all(names.sort().map((name) => readFile(join(dataDir, 'runs', name), 'utf8')));
    return texts.map((text) => JSON.parse(text));
  };

  const beginning = async () => (await ledgers()).map(({ history }) => history.from).sort()[0];

  test('makes whole drops up to now, or up to another, with other ids and the numbers before', async () => {
    const later = backfill('11s');
    assert.equal(await later.ended, 0, later.output());
    assert.match(
      later.output(),
      /^Run \S+: everything it created is stored\.\nIn HyperDX, choose a time from .* just undo \S+\n$/m,
    );
    const { history: last } = (await ledgers())[0];
    const earlier = backfill('9s', '--to', last.from);
    assert.equal(await earlier.ended, 0, earlier.output());
    assert.match(earlier.output(), /^A run with SEED=42 is there, .*: this one has SEED=42-2\.\n/);
    const [first, second, ...more] = await runs();
    assert.ok(first && second && more.length === 0);
    const numbers = [...first.drops, ...second.drops].map((id) => Number(id.split('-').at(-1)));
    assert.equal(numbers.length, 4);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => numbers[0]! + i),
    );
    const histories = (await ledgers()).map(({ history }) => history).sort((a, b) => (a.from < b.from ? -1 : 1));
    assert.equal(histories[0].to, histories[1].from);
    assert.equal(Date.parse(histories[1].to) - Date.parse(histories[0].from), 16_000);
    const [{ known } = { known: 0 }] = await rowsOf<{ known: number }>(
      clickhouse.admin,
      `SELECT count() AS known FROM otel.incidents FINAL WHERE RunId IN ('${first.run}', '${second.run}')`,
    );
    assert.equal(known, 4);
  });

  test('stopped before it is through, it deletes what it has made', async () => {
    const before = await runs();
    const long = backfill('20h', '--to', await beginning());
    const isStored = async () => (await runs()).length > before.length;
    await until('its first rows', isStored, 60_000);
    long.child.kill('SIGINT');
    assert.equal(await long.ended, 130, long.output());
    assert.match(
      long.output(),
      /^It was stopped before it was through: .*\nRun (\S+) is undone: [\d,]+ rows are deleted\.\n$/m,
    );
    assert.deepEqual(await runs(), before);
    assert.deepEqual(
      (await ledgers()).map(({ state }) => state),
      ['complete', 'complete', 'undone'],
    );
  });

  test('refuses what does not fit', async () => {
    const over = backfill('--from', await beginning());
    assert.equal(await over.ended, 2);
    assert.match(
      over.output(),
      /^backfill --from \S+: run \S+ has telemetry from \S+ to \S+\.( The longest .*\.)? Before it: --to \S+\.\n$/,
    );
  });
});
