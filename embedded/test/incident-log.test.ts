import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { freePorts, startTestClickHouse, type TestClickHouse } from './clickhouse.ts';
import { afterAll, startTestCollector, until } from './collector.ts';
import { INHERITED } from './inherited.ts';

const run = promisify(execFile);

const generatorSource = join(import.meta.dirname, '../../event-generator/src');
const cleanup = afterAll();

interface IncidentRow {
  readonly Id: string;
  readonly RunId: string;
  readonly Kind: string;
  readonly Hidden: boolean;
  readonly RootService: string;
  readonly RootOperation: string;
  readonly Scope: Readonly<Record<string, string>>;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** An event-generator in a phase that lasts, and what can be asked of it. */
interface Generator {
  output(): string;
  /** Runs `just incident` with these words. */
  command(...words: string[]): Promise<{ readonly stdout: string }>;
  order(body: unknown): Promise<{ started: { id: string } }>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

describe('the log of incidents', () => {
  let clickhouse: TestClickHouse;
  let generator: Generator;
  let settings: { readonly [name: string]: string; readonly DATA_DIR: string };
  let openStore: () => void;
  before(async () => {
    clickhouse = await startTestClickHouse();
    // It only receives: what is stored of the telemetry is no matter here.
    const collector = await startTestCollector(cleanup);
    const [storePort, controlPort] = (await freePorts(2)) as [number, number];
    const way = createServer((from) => {
      const to = connect(Number(new URL(clickhouse.url).port), '127.0.0.1');
      from.pipe(to).pipe(from);
      for (const socket of [from, to]) socket.on('error', () => {});
    });
    openStore = () => void way.listen(storePort, '127.0.0.1');
    cleanup.after(() => void way.close());
    settings = {
      DATA_DIR: await mkdtemp(join(tmpdir(), 'click-ai-generator-')),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.grpcPort}`,
      CONTROL_PORT: String(controlPort),
      STORE_URL: `http://127.0.0.1:${storePort}`,
      STORE_PASSWORD: clickhouse.passwords.simulator,
    };
    generator = startGenerator(settings);
    const isUp = async () =>
      (await fetch(`http://127.0.0.1:${controlPort}/status`).catch(() => undefined))?.ok ?? false;
    await until('the control API', isUp, 30_000);
  });
  after(async () => {
    await clickhouse?.stop();
    if (settings) await rm(settings.DATA_DIR, { recursive: true, force: true });
  });

  /** All there are, as they are known by now. */
  async function incidents(): Promise<IncidentRow[]> {
    const answer = await clickhouse.admin.query({
      query: `SELECT Id, RunId, Kind, Hidden, RootService, RootOperation, Scope, toUnixTimestamp64Milli(StartedAt) AS startedAt,
        toUnixTimestamp64Milli(EndedAt) AS endedAt FROM otel.incidents FINAL ORDER BY StartedAt`,
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      format: 'JSONEachRow',
    });
    return answer.json<IncidentRow>();
  }

  test('waits for ClickHouse, in one line at each turn, and knows what was on meanwhile', async () => {
    const began = Date.now();
    const { stdout } = await generator.command('start', 'stripe-brownout');
    assert.match(stdout, /^stripe-brownout is on since [\d:]{8}Z, until it is stopped\.\n/);
    assert.match(stdout, /\nIt shows in DROP_LIVE; the drop is in PRE_DROP for another (10|9) min/);
    assert.match(stdout, /\nAn engineer on call is told: Checkout.*\nTo end it: just incident stop stripe-brownout\n$/);
    await until('its word', () => /log of incidents cannot be written.*ECONNREFUSED/.test(generator.output()), 20_000);
    openStore();
    await until('its row', async () => (await incidents()).length === 1, 20_000);
    await until('its word', () => /is written again after [\d.]+ s; nothing of it is lost/.test(generator.output()));
    assert.equal(generator.output().match(/log of incidents/g)?.length, 2);
    const [first] = await incidents();
    assert.ok(first && first.startedAt >= began - 1 && first.startedAt < Date.now());
    assert.deepEqual(first, {
      Id: first.Id,
      RunId: 'run-log',
      Kind: 'stripe-brownout',
      Hidden: false,
      RootService: 'payment-service',
      RootOperation: 'stripe.charge',
      Scope: {},
      startedAt: first.startedAt,
      endedAt: Date.UTC(2100, 0, 1),
    });
  });

  test('has the end of what is stopped, and tells nobody of what is hidden', async () => {
    const list = await generator.command('list');
    assert.match(list.stdout, /^stripe-brownout +1 of 3 +The payment provider .* \(DROP_LIVE\)$/m);
    assert.equal(list.stdout.match(/ is on since /g)?.length, 1);
    const stop = await generator.command('stop');
    assert.match(stop.stdout, /^stripe-brownout is over after \d+(\.\d)? s\.\n$/);
    const { started: hidden } = await generator.order({ start: { kind: 'random', hidden: true, seconds: 3_600 } });
    assert.doesNotMatch((await generator.command('list')).stdout, / is on since /);
    await until('the end of the first', async () => (await incidents())[0]!.endedAt <= Date.now());
    await until('the row of the second', async () => (await incidents()).length === 2);
    const [, second] = await incidents();
    assert.deepEqual([second?.Id, second?.Hidden], [hidden.id, true]);
    assert.ok(second!.endedAt > Date.now());
    const told = generator.output().match(/Incident .*/g);
    assert.deepEqual(told, [
      'Incident stripe-brownout is on, until it is stopped.',
      'Incident stripe-brownout is over.',
    ]);
  });

  test('has the end of what a run had on that was killed, and what INCIDENTS put into another one’s time', async () => {
    generator.kill('SIGKILL');
    await generator.ended;
    const killedAt = Date.now();
    const from = Date.UTC(2026, 5, 1, 10);
    const simulated = startGenerator({
      ...settings,
      RUN_ID: 'run-simulated',
      SIMULATE_FROM: new Date(from).toISOString(),
      CYCLES: '1',
      PRE_DROP_SECONDS: '20',
      DROP_LIVE_SECONDS: '5',
      POST_DROP_SECONDS: '5',
      INCIDENTS: 'stripe-brownout@3+4,stripe-brownout@10+3600',
    });
    assert.equal(await simulated.ended, 0, simulated.output());
    const rows = await incidents();
    const windows = rows.filter(({ RunId }) => RunId === 'run-simulated').map((row) => [row.startedAt, row.endedAt]);
    assert.deepEqual(windows[0], [from + 3_000, from + 7_000]);
    assert.equal(windows[1]?.[0], from + 10_000);
    assert.ok(windows[1]![1]! >= from + 30_000 && windows[1]![1]! < from + 60_000, 'it ends with its run');
    assert.equal(windows.length, 2);
    assert.doesNotMatch(simulated.output(), /Incident/);
    const hidden = rows.find(({ Hidden }) => Hidden)!;
    assert.ok(hidden.endedAt > hidden.startedAt && hidden.endedAt <= killedAt);
  });
});

function startGenerator(settings: Record<string, string>): Generator {
  const child = spawn(process.execPath, [join(generatorSource, 'main.ts')], {
    env: {
      ...INHERITED,
      RUN_ID: 'run-log',
      BACKFILL: '0',
      PRE_DROP_SECONDS: '600',
      // Orders and what is heard of them then go from thread to thread.
      SHARDS: '2',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  cleanup.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const url = `http://127.0.0.1:${settings.CONTROL_PORT}`;
  return {
    output: () => output,
    command: (...words) =>
      run(process.execPath, [join(generatorSource, 'commands/incident.ts'), ...words], {
        env: { ...INHERITED, CONTROL_URL: url },
      }),
    order: async (body) => {
      const response = await fetch(`${url}/incidents`, { method: 'PUT', body: JSON.stringify(body) });
      assert.equal(response.status, 200, await response.clone().text());
      // See steerAnswerSchema.
      return (await response.json()) as { started: { id: string } };
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
