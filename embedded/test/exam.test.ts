import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { INHERITED } from './inherited.ts';

const root = join(import.meta.dirname, '../..');

const PAGE = 'Shoppers write that checkout hangs.';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('an exam', () => {
  let clickhouse: TestClickHouse;
  before(async () => {
    clickhouse = await startTestClickHouse();
  });
  after(() => clickhouse?.stop());
  beforeEach(async () => {
    for (const table of ['incidents', 'exam_results']) {
      await clickhouse.admin.command({ query: `TRUNCATE TABLE otel.${table}` });
    }
  });

  /** Runs a command to its end, with `input` on its standard input. */
  async function run(
    name: string,
    words: readonly string[] = [],
    { input = '', controlPort = 1 } = {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, [`event-generator/src/commands/${name}.ts`, ...words], {
      cwd: root,
      env: {
        ...INHERITED,
        CLICKHOUSE_URL: clickhouse.url,
        CLICKHOUSE_PASSWORD: clickhouse.adminPassword,
        CONTROL_URL: `http://127.0.0.1:${controlPort}`,
      },
    });
    child.stdin.end(input);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  }

  /** A hidden incident that began so long ago and lasts so long, as the event-generator writes it. */
  async function happen(id: string, agoSeconds: number, seconds: number, more: Record<string, unknown> = {}) {
    const at = Date.now() - agoSeconds * 1000;
    const row = {
      Id: id,
      RunId: 'run-1',
      Kind: 'stripe-brownout',
      Difficulty: 1,
      Hidden: true,
      RootService: 'payment-service',
      RootOperation: 'stripe.charge',
      Scope: {},
      StartedAt: at,
      EndedAt: at + seconds * 1000,
      Page: PAGE,
      Parameters: '{"exam":1}',
      WrittenAt: at,
      ...more,
    };
    await clickhouse.admin.insert({ table: 'otel.incidents', format: 'JSONEachRow', values: [row] });
  }

  async function results(): Promise<Record<string, unknown>[]> {
    const query = `SELECT IncidentId, RunId, Kind, Difficulty, Revealed, round(Seconds) AS Seconds, Service, Operation, Scope,
      round(Window, 2) AS Window, round(Score, 2) AS Score, Answer FROM otel.exam_results ORDER BY TakenAt`;
    return (await clickhouse.admin.query({ query, format: 'JSONEachRow' })).json();
  }

  test('that is on is shown again, with what to do, and its kind stays hidden', async () => {
    await happen('inc-1', 60, 300, { Difficulty: 2 });
    const { code, stdout, stderr } = await run('exam');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(
      stdout,
      /^This exam is still on; answer it, or give it up, before the next\.\nEXAM · difficulty 2 of 3\n/,
    );
    assert.match(stdout, new RegExp(`\n {2}${PAGE}\n`));
    assert.match(stdout, /just answer\. To give up: just reveal\.\n$/);
    assert.doesNotMatch(stdout, /brownout|payment/);
  });

  test('is graded by flags, explained, kept, and over', async () => {
    await happen('inc-told', 10, 10, { Hidden: false });
    await happen('inc-by-setting', 10, 10, { Parameters: '{}' });
    await happen('inc-1', 100, 50);
    const words = ['--service', 'payment-service', '--operation', 'process_payment', '--from', '100s', '--to', '75s'];
    const { code, stdout, stderr } = await run('answer', [...words, '--why', 'Stripe times out, a provider problem']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^ {2}service {4}100 % {2}payment-service$/m);
    assert.match(stdout, /^ {2}operation {3}50 % {2}process_payment: close; it was stripe\.charge$/m);
    assert.match(stdout, /^ {2}scope {6}100 % {2}no limits$/m);
    assert.match(stdout, /^ {2}window +(49|50|51) % {2}.* to .*; it was .* to /m);
    assert.match(stdout, /^ {2}score +(77|78) %$/m);
    assert.match(stdout, /^What it was: .*provider.* \(stripe-brownout\)$/m);
    assert.match(stdout, /^Your reasons speak of stripe, provider.*, not of .*charge/m);
    assert.match(stdout, /^Answered 1 min [45]\d s after it began\./m);

    const [row, ...more] = await results();
    assert.equal(more.length, 0);
    const { Answer, Seconds, Window, Score, ...rest } = row!;
    assert.deepEqual(rest, {
      IncidentId: 'inc-1',
      RunId: 'run-1',
      Kind: 'stripe-brownout',
      Difficulty: 1,
      Revealed: false,
      Service: 1,
      Operation: 0.5,
      Scope: 1,
    });
    assert.ok(Number(Seconds) >= 100 && Number(Seconds) < 120, String(Seconds));
    assert.ok(Math.abs(Number(Window) - 0.5) < 0.02 && Math.abs(Number(Score) - 0.775) < 0.01, `${Window} ${Score}`);
    assert.equal(JSON.parse(String(Answer)).candidates[0].operation, 'process_payment');

    const again = await run('answer', words);
    assert.deepEqual([again.code, again.stderr], [2, 'No exam is on: start one with just exam.\n']);
  });

  test('asks where nothing was said, again where it does not understand, and takes numbers of its lists', async () => {
    await happen('inc-1', 500, 3000, { Scope: { region: 'eu-west-1' } });
    const typed = [
      'nosuch',
      'payment-service',
      '3',
      'soon',
      '500s',
      '',
      'somewhere',
      'region=eu-west-1',
      'it hangs',
      '',
    ];
    const { code, stdout, stderr } = await run('answer', [], { input: typed.join('\n') });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^ {3}1 api-gateway +6 inventory-service$/m);
    assert.match(stdout, /"nosuch": no such service; expected api-gateway, /);
    assert.match(stdout, /"soon": expected a time of UTC such as 14:05/);
    assert.match(stdout, /"somewhere": expected NAME=VALUE, NAME one of region, instance, version, users/);
    assert.match(stdout, /^ {2}operation {2}100 % {2}stripe\.charge$/m);
    assert.match(stdout, /^ {2}scope {6}100 % {2}region eu-west-1$/m);
    assert.match(stdout, /^ {2}window +(9\d|100) % {2}since .*; it was since /m);
    assert.match(stdout, /^ {2}score +(99|100) %$/m);
  });

  test('goes on where its questions are left', async () => {
    await happen('inc-1', 40, 300);
    const left = await run('answer', [], { input: 'payment-service\n' });
    assert.equal(left.code, 2);
    assert.match(left.stderr, /^Not answered: the exam goes on\./);
    assert.deepEqual(await results(), []);
  });

  test('is given up by reveal, which tells the truth, and counts 0 in the history beside those that were answered', async () => {
    await happen('inc-1', 100, 50, { Scope: { region: 'eu-west-1' } });
    const { code, stdout, stderr } = await run('reveal');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(
      stdout,
      /\(stripe-brownout\)\n {2}payment-service, stripe\.charge, region eu-west-1, from .* to .* UTC\n/,
    );
    await happen('inc-2', 500, 3000);
    await run('answer', ['--service', 'payment-service', '--operation', 'stripe.charge', '--from', '500s']);

    const history = (await run('exam', ['--history'])).stdout.split('\n').filter((line) => line.startsWith('│'));
    assert.equal(history.length, 2);
    assert.match(history[0]!, /stripe-brownout +│ +1 │ 1 min [45]\d s +│ given up +│ +│ +│ +│ 0 % +│ 0 % /);
    assert.match(history[1]!, /│ 100 % +│ 100 % +│ 100 % +│ (9\d|100) % +│ (99|100) % +│ (49|50) % /);
  });

  test('cannot start where no event-generator answers', async () => {
    const { code, stdout, stderr } = await run('exam', ['--difficulty', '2']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^No event-generator answers at http:\/\/127\.0\.0\.1:1 \(.*\): start one/);
  });

  test('starts in a running drop, whose operator sees nothing of it, and ends with its answer', async () => {
    const [controlPort = 0, nobody] = await freePorts(2);
    const dataDir = await mkdtemp(join(tmpdir(), 'click-ai-exam-'));
    const generator = spawn(process.execPath, ['event-generator/src/main.ts'], {
      cwd: root,
      env: {
        ...INHERITED,
        DATA_DIR: dataDir,
        CONTROL_PORT: String(controlPort),
        STORE_URL: clickhouse.url,
        STORE_PASSWORD: clickhouse.passwords.simulator,
        BACKFILL: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${nobody}`,
      },
    });
    const gone = new Promise((resolve) => generator.once('exit', resolve));
    let output = '';
    generator.stdout.setEncoding('utf8').on('data', (line: string) => {
      output += line;
    });
    try {
      while (!output.includes('PRE_DROP')) await sleep(50);
      const { code, stdout, stderr } = await run('exam', ['--now', '--difficulty', '1', '--for', '2m'], {
        controlPort,
      });
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /^EXAM · difficulty 1 of 3\n\n {2}\S.*\n\nIt has begun: /);
      const [open] = await incidents();
      assert.deepEqual([open!.Hidden, open!.Difficulty, open!.seconds], [true, 1, 120]);
      assert.doesNotMatch(output + stdout, new RegExp(String(open!.Kind)));

      const words = ['--service', String(open!.RootService), '--from', 'now'];
      assert.equal((await run('answer', words, { controlPort })).code, 0);
      let [stopped] = await incidents();
      for (let tries = 0; tries < 100 && stopped!.seconds === 120; tries += 1) {
        await sleep(50);
        [stopped] = await incidents();
      }
      assert.ok(Number(stopped!.seconds) < 30, `${stopped!.seconds} s`);
    } finally {
      generator.kill('SIGKILL');
      await gone;
      await rm(dataDir, { recursive: true });
    }
  });

  async function incidents(): Promise<Record<string, unknown>[]> {
    const query =
      "SELECT Hidden, Difficulty, Kind, RootService, dateDiff('second', StartedAt, EndedAt) AS seconds FROM otel.incidents FINAL";
    const settings = { output_format_json_quote_64bit_integers: 0 } as const;
    return (await clickhouse.admin.query({ query, format: 'JSONEachRow', clickhouse_settings: settings })).json();
  }
});
