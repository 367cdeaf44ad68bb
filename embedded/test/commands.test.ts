// Long because all of its tests share one ClickHouse: a second file would start another.

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { INHERITED } from './inherited.ts';

const root = join(import.meta.dirname, '../..');

const PLAYBOOK = `-- Four questions.

-- 1. How many?
-- Two is right.
SELECT number AS n, 'a;b' AS text FROM numbers(2);

-- 2. What is missing?
SELECT nothing FROM system.one;

-- 3. How large?
SELECT toUInt64(18446744073709551615) AS beyond, toUInt64(9007199254740991) AS safe, 1.5 AS half;

-- 4. In which format?
SELECT 1 AS a, 'x' AS b FORMAT CSV;
`;

/** Long enough to be interrupted, and long over before a test is. */
const SLOW = 'SELECT sleepEachRow(0.5) FROM numbers(50) SETTINGS max_block_size = 1';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the commands', () => {
  let clickhouse: TestClickHouse;
  let directory: string;
  let playbook: string;
  const children: ChildProcessWithoutNullStreams[] = [];

  before(async () => {
    clickhouse = await startTestClickHouse();
    directory = await mkdtemp(join(tmpdir(), 'click-ai-commands-'));
    playbook = join(directory, 'playbook.sql');
    await writeFile(playbook, PLAYBOOK);
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await clickhouse?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function start(program: string, words: readonly string[], settings = {}): ChildProcessWithoutNullStreams {
    const child = spawn(program, words, {
      cwd: root,
      env: {
        ...INHERITED,
        CLICKHOUSE_URL: clickhouse.url,
        CLICKHOUSE_PASSWORD: clickhouse.adminPassword,
        ...settings,
      },
    });
    children.push(child);
    return child;
  }

  const command = (name: string, words: readonly string[], settings = {}) =>
    start(process.execPath, [`event-generator/src/commands/${name}.ts`, ...words], settings);

  /** Runs a command to its end, with `input` on its standard input. */
  const run = (name: string, words: readonly string[], settings = {}, input = ''): Promise<Ended> => {
    const child = command(name, words, settings);
    child.stdin.end(input);
    return ended(child);
  };

  /** Resolves when the server runs, or no longer runs, a query that holds `text`. */
  async function untilRunning(text: string, expected: boolean): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await clickhouse.admin.query({
        query:
          'SELECT count() AS n FROM system.processes WHERE query LIKE {text:String} AND query NOT LIKE {own:String}',
        query_params: { text: `%${text}%`, own: '%system.processes%' },
        format: 'JSONEachRow',
      });
      const [{ n } = { n: 0 }] = await answer.json<{ n: number }>();
      if (Number(n) > 0 === expected) return;
      await sleep(50);
    }
    assert.fail(`"${text}" ${expected ? 'never ran' : 'still runs'}`);
  }

  test('query prints each question with its table, goes on after one that fails, and says so at the end', async () => {
    const { code, stdout, stderr } = await run('query', [playbook]);
    assert.equal(
      stdout.replaceAll(/in \d+\.\d+ s/g, 'in … s'),
      [
        '1. How many?',
        'Two is right.',
        '┌─n─┬─text─┐',
        '│ 0 │ a;b  │',
        '│ 1 │ a;b  │',
        '└───┴──────┘',
        '2 rows in … s, 2 rows read',
        '',
        '2. What is missing?',
        '3. How large?',
        '┌───────────────beyond─┬─────────────safe─┬─half─┐',
        '│ 18446744073709551615 │ 9007199254740991 │  1.5 │',
        '└──────────────────────┴──────────────────┴──────┘',
        '1 row in … s, 1 row read',
        '',
        '4. In which format?',
        '1,"x"',
        '1 row in … s, 1 row read',
        '',
        '',
      ].join('\n'),
    );
    assert.equal(
      stderr.trim(),
      'Query 2 failed: Unknown expression identifier `nothing` (UNKNOWN_IDENTIFIER, code 47)',
    );
    assert.equal(code, 1);
  });

  test('query --json prints a line of JSON for each query, from a pipe as well', async () => {
    const { code, stdout } = await run('query', ['-', '3', '--json'], {}, PLAYBOOK);
    assert.equal(
      stdout,
      '{"number":3,"question":"How large?","rows":[{"beyond":"18446744073709551615","safe":9007199254740991,"half":1.5}]}\n',
    );
    assert.equal(code, 0);
  });

  test('what cannot be run is told in one line, with what to do', async () => {
    const attempts: [string, string[], Record<string, string>, number, RegExp][] = [
      ['query', [playbook, '7'], {}, 2, /there is no query 7; expected 1 to 4\.$/],
      ['query', [playbook, '4', '--json'], {}, 1, /^Query 4 failed: it asks for FORMAT CSV; --json needs/],
      ['query', ['nowhere.sql'], {}, 2, /^query nowhere\.sql: cannot be read \(ENOENT\); expected a file of SQL/],
      ['query', [playbook], { CLICKHOUSE_URL: 'http://127.0.0.1:1' }, 1, /no connection \(ECONNREFUSED\)\. Start/],
      ['sql', ['SELECT 1'], { CLICKHOUSE_PASSWORD: 'hunter2' }, 1, /refuses user "admin" with this password/],
      ['bench', [], { CLICKHOUSE_URL: 'localhost' }, 2, /^CLICKHOUSE_URL="localhost": expected an http:\/\//],
      ['sql', ['SELEC 1'], { LOAD: 'nonsense' }, 1, /^Syntax error: .*\(SYNTAX_ERROR, code 62\)$/],
    ];
    const endings = await Promise.all(attempts.map(([name, words, settings]) => run(name, words, settings)));
    for (const [index, { code, stdout, stderr }] of endings.entries()) {
      const [, , , expectedCode, expectedLine] = attempts[index]!;
      assert.match(stderr.trimEnd(), expectedLine);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.doesNotMatch(stderr, /hunter2/);
      assert.deepEqual({ code, stdout }, { code: expectedCode, stdout: '' }, stderr);
    }
  });

  test('Ctrl-C ends the query on the server too', async () => {
    const child = command('query', ['-']);
    const over = ended(child);
    child.stdin.end(SLOW);
    await untilRunning('sleepEachRow(0.5)', true);
    child.kill('SIGINT');
    assert.equal((await over).code, 130);
    await untilRunning('sleepEachRow(0.5)', false);
  });

  test('a reader that goes away is no failure', async () => {
    const child = command('sql', ['SELECT * FROM numbers(1000000) FORMAT TSV']);
    const over = ended(child);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const { code, stderr } = await over;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  test('sql runs the statements of a pipe in one session, up to the first that fails', async () => {
    const statements =
      'CREATE TEMPORARY TABLE t (a Int8); INSERT INTO t VALUES (1), (2); SELECT sum(a) AS s FROM t; SELECT nope; SELECT 9';
    const { code, stdout, stderr } = await run('sql', [], {}, statements);
    assert.match(stdout, /^OK in .* s\nOK, 2 rows written in .* s\n┌─s─┐\n│ 3 │\n└───┘\n$/);
    assert.match(stderr, /^Unknown expression identifier `nope`/);
    assert.equal(code, 1);
  });

  test('sql keeps a session with a person: SET lasts, an error or Ctrl-C does not end it', async (t) => {
    if (!hasScript()) return t.skip('needs script(1) of util-linux for a terminal');
    const shell = `stty rows 40 cols 80; exec ${process.execPath} event-generator/src/commands/sql.ts`;
    const child = start('script', ['-qec', shell, '/dev/null'], { TERM: 'xterm', NO_COLOR: '1' });
    const output = collect(child);
    const printed = async (text: string) => {
      for (let tries = 0; tries < 200 && !output().includes(text); tries += 1) await sleep(50);
      assert.ok(output().includes(text), output());
    };
    await printed('sql> ');
    child.stdin.write("SET max_threads = 3;\rSELECT getSetting('max_threads') + 40\r AS threads; SELECT nope;\r");
    await printed('│      43 │');
    await printed('UNKNOWN_IDENTIFIER');
    child.stdin.write(`${SLOW};\r`);
    await untilRunning('sleepEachRow(0.5)', true);
    child.stdin.write('\x03');
    await printed('Cancelled.');
    child.stdin.write('SELECT 40 + 2 AS alive;\r');
    await printed('│    42 │');
    const over = ended(child);
    child.stdin.write('exit\r');
    assert.equal((await over).code, 0);
  });

  test('bench says so where nothing has arrived, and counts what has by the second of its INSERT', async () => {
    const empty = await run('bench', []);
    assert.match(empty.stderr, /^No telemetry in ClickHouse at .* yet: start the event-generator.*\n$/);
    assert.deepEqual([empty.code, empty.stdout], [1, '']);

    const following = command('bench', ['--follow']);
    const followed = ended(following);
    const output = collect(following);
    await once(following.stdout, 'data');
    // Ten minutes old when they arrive: what counts is when that is. Merging their parts away must not take them back.
    const insert = (table: string, time: string, rows: number) =>
      clickhouse.admin.command({
        query: `INSERT INTO otel.${table} (${time}) SELECT now() - INTERVAL 10 MINUTE FROM numbers(${rows})`,
      });
    await insert('otel_traces', 'Timestamp', 1_200);
    await insert('otel_traces', 'Timestamp', 300);
    await insert('otel_metrics_gauge', 'TimeUnix', 50);
    await clickhouse.admin.command({ query: 'OPTIMIZE TABLE otel.otel_traces FINAL' });
    await sleep(3_500);

    const { code, stdout } = await run('bench', []);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /forgets merged parts/);
    assert.match(stdout, /^traces {3}rows\/s {11}0 {10}0 {9}25 .* 1,500$/m);
    assert.match(stdout, /^metrics {2}rows\/s .* 50$/m);
    assert.match(stdout, /^traces {18}10 min .* 1,500$/m);
    assert.match(stdout, /^logs {25}- {13}- {7}0\.00 MB {13}0$/m);
    for (let tries = 0; tries < 100 && inserted(output()) < 1_500; tries += 1) await sleep(100);
    following.kill('SIGINT');
    const last = await followed;
    assert.deepEqual([last.code, last.stderr], [0, '']);
    assert.match(last.stdout, /^UTC .*traces rows\/s/);
    assert.equal(inserted(last.stdout), 1_500, last.stdout);
  });
});

/** All traces in the lines of `bench --follow`. */
function inserted(lines: string): number {
  const counts = lines.matchAll(/^\d\d:\d\d:\d\d +([\d,]+) /gm);
  return [...counts].reduce((sum, [, count = '']) => sum + Number(count.replace(',', '')), 0);
}

/** What it has printed so far. */
function collect(child: ChildProcessWithoutNullStreams): () => string {
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return () => output;
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const stdout = collect(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, stdout: stdout(), stderr };
}

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}
