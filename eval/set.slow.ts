import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../embedded/test/clickhouse.ts';
import { INHERITED } from '../embedded/test/inherited.ts';
import { answersSchema, type Keys, keysSchema, type Pages, pagesSchema } from '../event-generator/src/exam/schemas.ts';
import type { Report } from './report.ts';

/** Enough for most of the catalogue to be among them. */
const PAGES = 10;
/** What the baseline must stay below: who blames the loudest must not pass. */
const BASELINE_BELOW = 0.35;

describe('a set of pages', () => {
  let root: string;
  let [first, second]: [string, string] = ['', ''];
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'click-ai-set-'));
    [first, second] = [join(root, 'first'), join(root, 'second')];
    for (const directory of [first, second]) {
      const { code, stdout, stderr } = await run('main', ['--n', String(PAGES), '--seed', '7', '--out', directory]);
      assert.equal(code, 0, stdout + stderr);
    }
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('is the same each time it is made, down to the naive answers', async () => {
    for (const name of ['pages.json', 'key/keys.json', 'baseline.json']) {
      assert.equal(await readFile(join(first, name), 'utf8'), await readFile(join(second, name), 'utf8'), name);
    }
  });

  test('asks for as many causes as it should, at times within the telemetry, and says none of them', async () => {
    const pages: Pages = pagesSchema.parse(await json(first, 'pages.json'));
    const { keys }: Keys = keysSchema.parse(await json(first, 'key/keys.json'));
    assert.equal(pages.pages.length, PAGES);
    assert.deepEqual(
      pages.pages.map(({ id }) => id),
      keys.map(({ id }) => id),
    );
    for (const [index, { at, text: said }] of pages.pages.entries()) {
      const { from, to, kind } = keys[index]!;
      assert.ok(pages.from <= from && from < at && at < to && to <= pages.to, `${from} ${at} ${to}`);
      assert.ok(!said.includes(kind) && said.length > 20, said);
    }
  });

  test('is scored: the truth 100 %, nothing 0 %, the loudest service little', async () => {
    const { keys }: Keys = keysSchema.parse(await json(first, 'key/keys.json'));
    const truth = keys.map(({ id, service, operation, scope, from, to }) => ({
      page: id,
      candidates: [{ service, operation }],
      scope,
      from,
      to,
    }));
    assert.equal((await score(first, { answers: truth })).all.score, 1);
    assert.equal((await score(first, { answers: [] })).all.score, 0);
    const naive = await score(first, answersSchema.parse(await json(first, 'baseline.json')));
    assert.ok(naive.all.answered > PAGES / 2, `${naive.all.answered} answered`);
    assert.ok(naive.all.score > 0 && naive.all.score < BASELINE_BELOW, `${naive.all.score}`);
  });

  test('is served with its telemetry, which stays, and without its keys', async () => {
    const [clickhouse = 0, tcp, hyperdx, grpc, http] = await freePorts(5);
    const settings = { CLICKHOUSE_HTTP_PORT: clickhouse, CLICKHOUSE_TCP_PORT: tcp, HYPERDX_PORT: hyperdx };
    const server = start('main', ['serve', first], { ...settings, OTLP_GRPC_PORT: grpc, OTLP_HTTP_PORT: http });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      const ask = async (query: string) => {
        const response = await fetch(`http://127.0.0.1:${clickhouse}/`, {
          method: 'POST',
          headers: { Authorization: `Basic ${btoa('admin:clickhouse123')}` },
          body: query,
        }).catch(() => undefined);
        return response?.ok ? (await response.text()).trim() : undefined;
      };
      const countKeys = () => ask('SELECT count() FROM otel.incidents');
      while ((await countKeys()) === undefined) await sleep(100);
      assert.equal(await countKeys(), '0');
      const { from, to }: Pages = pagesSchema.parse(await json(first, 'pages.json'));
      const within = `Timestamp BETWEEN parseDateTime64BestEffort('${from}', 9) AND parseDateTime64BestEffort('${to}', 9)`;
      const rows = Number(await ask(`SELECT countIf(${within}) FROM otel.otel_traces`));
      assert.ok(rows > 10_000, `${rows} spans`);
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
    // The ledger has the seed, which would make the keys again.
    assert.deepEqual(await readdir(join(first, 'key')), ['keys.json', 'runs']);
    assert.ok(!(await readdir(join(first, 'store'))).includes('runs'));
  });
});

/** Drops short enough for a test, and long enough for each incident to show. */
const SHORT_DROPS = { PRE_DROP_SECONDS: '20', DROP_LIVE_SECONDS: '30', POST_DROP_SECONDS: '20' };

function start(program: 'main' | 'score', words: readonly string[], settings: Record<string, unknown> = {}) {
  return spawn(process.execPath, [join(import.meta.dirname, `${program}.ts`), ...words], {
    env: { ...INHERITED, ...SHORT_DROPS, ...settings } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(program: 'main' | 'score', words: readonly string[]) {
  const child: ChildProcess = start(program, words);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
  return { code, stdout, stderr };
}

async function score(directory: string, answers: unknown): Promise<Report> {
  const path = join(directory, 'answers.json');
  await writeFile(path, JSON.stringify(answers));
  const { code, stderr } = await run('score', [path]);
  assert.deepEqual([code, stderr], [0, '']);
  // It was written by us: see reportOn.
  return (await json(directory, 'answers.report.json')) as Report;
}

async function json(directory: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(directory, name), 'utf8'));
}
