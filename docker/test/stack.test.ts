// Long because all of its tests share one stack: a second file would bring up another.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStack, just, noDocker, until } from './compose.ts';
import { assertDraws, list, shippedNames, withSignedIn } from './hyperdx.ts';
import { assertStored, ledgers, select } from './stored.ts';

const SERVICES = ['clickhouse', 'event-generator', 'hyperdx', 'hyperdx-setup', 'mongodb', 'otel-collector'];
const noBrowser = existsSync('/usr/bin/chromium') ? false : 'no browser at /usr/bin/chromium';

interface Container {
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly HostConfig: {
    readonly Memory: number;
    readonly LogConfig: { readonly Config: Readonly<Record<string, string>> };
    readonly PortBindings: Readonly<Record<string, readonly { HostIp: string }[]>>;
  };
}

describe('the full stack in Docker', { skip: noDocker, timeout: 1_800_000 }, () => {
  const stack = createStack('click-ai-test', 41_510, {
    PRE_DROP_SECONDS: '5',
    DROP_LIVE_SECONDS: '60',
    POST_DROP_SECONDS: '5',
    DROP_LIVE_WORKERS: '20',
    BACKFILL: '1',
  });
  let printed = '';

  before(async () => {
    await just(stack, '--yes', 'clean');
    const up = await just(stack, 'up');
    assert.equal(up.code, 0, `${up.stdout}\n${up.stderr}`);
    printed = up.stdout;
  });

  after(async () => {
    await just(stack, '--yes', 'clean');
  });

  async function inspect(): Promise<Map<string, Container>> {
    const ids = (await stack.compose('ps', '--all', '--quiet')).split('\n');
    // docker inspect prints what its API documents.
    const containers = JSON.parse(await stack.docker('inspect', ...ids)) as Container[];
    return new Map(containers.map((one) => [one.Config.Labels['com.docker.compose.service']!, one]));
  }

  /** Waits until a run other than `before` delivers, and returns its id. */
  async function runAfter(known: readonly string[]): Promise<string> {
    return await until('a new run delivers', 120, async () => {
      const all = await ledgers(stack);
      return all.find(({ runId, signals }) => !known.includes(runId) && signals.traces.acknowledged > 0)?.runId;
    });
  }

  async function restarted(service: string): Promise<void> {
    await until(`${service} is healthy`, 180, async () => {
      const state = (await inspect()).get(service)?.State;
      return (state?.Status === 'running' && (state.Health?.Status ?? 'healthy') === 'healthy') || undefined;
    });
  }

  test('is healthy when just up returns, bounded, on loopback, and says where it is', async () => {
    const containers = await inspect();
    assert.deepEqual([...containers.keys()].sort(), SERVICES);
    for (const [service, { State, HostConfig }] of containers) {
      const expected = { 'hyperdx-setup': 'exited undefined', 'otel-collector': 'running undefined' }[service];
      assert.equal(`${State.Status} ${State.Health?.Status}`, expected ?? 'running healthy', service);
      assert.equal(State.ExitCode, 0, service);
      assert.ok(HostConfig.Memory > 0, `${service}: memory limit`);
      assert.equal(HostConfig.LogConfig.Config['max-size'], '10m', service);
      for (const [binding] of Object.values(HostConfig.PortBindings))
        assert.equal(binding?.HostIp, '127.0.0.1', service);
    }
    assert.match(
      printed,
      new RegExp(`HyperDX +http://localhost:${stack.ports.hyperdx}\n +user demo@snkrs.example, password `),
    );
    assert.match(printed, new RegExp(`ClickHouse +http://127.0.0.1:${stack.ports.clickhouse}`));
    assert.match(
      printed,
      new RegExp(`gRPC http://127.0.0.1:${stack.ports.grpc}, HTTP http://127.0.0.1:${stack.ports.http}`),
    );
  });

  test('stop, start and restart act on the event-generator alone, and each run is stored whole', async () => {
    const first = await runAfter([]);
    const hyperdx = (await inspect()).get('hyperdx')!.State.StartedAt;
    assert.equal((await just(stack, 'stop')).code, 0);
    const noLogs = await just(stack, 'logs');
    assert.deepEqual([noLogs.code, noLogs.stderr], [1, 'event-generator is not running. Start it with: just up\n']);
    assert.equal((await just(stack, 'start')).code, 0);
    const second = await runAfter([first]);
    assert.equal((await just(stack, 'restart')).code, 0);
    const third = await runAfter([first, second]);
    assert.equal((await just(stack, 'stop')).code, 0);
    assert.equal((await inspect()).get('hyperdx')!.State.StartedAt, hyperdx);
    const all = await ledgers(stack);
    assert.deepEqual(all.map(({ runId }) => runId).sort(), [first, second, third].sort());
    for (const ledger of all) await assertStored(stack, ledger);
    const { history } = all.find(({ runId }) => runId === first)!;
    assert.ok(history?.goesLive && history.reached === history.to, 'the first run made the drop before now first');
  });

  test('makes drops of the past, which have a fingerprint, and takes them back', async () => {
    const made = await just(stack, 'backfill', '4m');
    assert.equal(made.code, 0, `${made.stdout}${made.stderr}`);
    const [, run = ''] = /To take it back: just undo (\S+)/.exec(made.stdout) ?? [];
    await assertStored(stack, (await ledgers(stack)).find(({ runId }) => runId === run)!);
    const fingerprint = await just(stack, 'fingerprint', run);
    assert.equal(fingerprint.stdout.match(/\b[0-9a-f]{32}\b/g)?.length, 3, fingerprint.stderr);
    const undone = await just(stack, 'undo', run);
    assert.match(undone.stdout, /^Run \S+ is undone: [\d,]{6,} rows are deleted\.$/m, undone.stderr);
    const [left] = await select<{ spans: number }>(
      stack,
      `SELECT count() AS spans FROM otel.otel_traces WHERE ResourceAttributes['snkrs.run.id'] = '${run}'`,
    );
    assert.equal(left?.spans, 0);
  });

  test('loses nothing and doubles nothing while the collector is killed for 20 s and ClickHouse restarts', async () => {
    const known = (await ledgers(stack)).map(({ runId }) => runId);
    assert.equal((await just(stack, 'start')).code, 0);
    const run = await runAfter(known);
    await until('DROP_LIVE', 90, async () => {
      const logs = await stack.compose('logs', '--no-log-prefix', '--tail', '6', 'event-generator');
      return /▶ DROP_LIVE(?![\s\S]*▶)/.test(logs) || undefined;
    });
    const collector = await stack.container('otel-collector');
    await stack.docker('kill', '--signal', 'KILL', collector);
    await sleep(20_000);
    await stack.docker('start', collector);
    await sleep(5_000);
    await stack.compose('restart', 'clickhouse');
    await restarted('clickhouse');
    await sleep(5_000);
    assert.equal((await just(stack, 'stop')).code, 0);
    const ledger = (await ledgers(stack)).find(({ runId }) => runId === run);
    await assertStored(stack, ledger!);
    assert.equal((await just(stack, 'start')).code, 0);
  });

  test('is steered and verified while it runs: status, load, verify', async () => {
    const load = await just(stack, 'load', '2');
    assert.equal(load.code, 0, load.stderr);
    assert.match(load.stdout, / · load 2 · /);
    const status = await just(stack, 'status');
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, / · load 2 · [\s\S]*\nspans +[\d,]+[\s\S]*clickhouse +Up /);
    const refused = await fetch(`http://localhost:${stack.ports.control}/status`);
    assert.equal(refused.status, 401, 'not without the token');
    const verify = await just(stack, 'verify');
    assert.equal(verify.code, 0, `${verify.stdout}${verify.stderr}`);
    assert.match(verify.stdout, /^Run \S+: it goes on\./m);
  });

  test('has incidents, and writes them down where HyperDX and the collector cannot', async () => {
    const started = await just(stack, 'incident', 'start', 'stripe-brownout', '--for', '10m');
    assert.equal(started.code, 0, started.stderr);
    assert.match(started.stdout, /^stripe-brownout is on since /);
    const rows = await until('its row', 60, async () => {
      const found = await select(stack, 'SELECT Kind AS kind, RootService AS service FROM otel.incidents FINAL');
      return found.length > 0 ? found : undefined;
    });
    assert.deepEqual(rows, [{ kind: 'stripe-brownout', service: 'payment-service' }]);
    const stopped = await just(stack, 'incident', 'stop');
    assert.match(stopped.stdout, /^stripe-brownout is over after /, stopped.stderr);
  });

  test('examines, grades and remembers', async () => {
    const exam = await just(stack, 'exam', '--difficulty', '1', '--now');
    assert.equal(exam.code, 0, exam.stderr);
    const words = ['--service', 'payment-service', '--operation', 'stripe.charge', '--from', '1m ago', '--to', 'now'];
    const answer = await just(stack, 'answer', ...words);
    assert.equal(answer.code, 0, answer.stderr);
    assert.match(answer.stdout, /\bAnswered .* after it began\./);
    assert.match((await just(stack, 'exam', '--history')).stdout, /\b(bot-wave|stripe-brownout)\b/);
  });

  test('tells of its own pipeline', async () => {
    const names = await until('the collector’s metrics', 60, async () => {
      const rows = await select<{ name: string }>(
        stack,
        `SELECT DISTINCT MetricName AS name FROM merge('otel', '^otel_metrics_(sum|gauge)$') WHERE ServiceName = 'otel-collector'`,
      );
      return rows.length > 0 ? rows.map(({ name }) => name) : undefined;
    });
    for (const name of [
      'otelcol_receiver_accepted_spans',
      'otelcol_exporter_sent_spans',
      'otelcol_exporter_queue_size',
    ]) {
      assert.ok(names.includes(name), `${name} among ${names}`);
    }
  });

  for (const file of ['otel_queries.sql', 'event-generator/snkrs_queries.sql']) {
    test(`answers every question of ${file}`, async () => {
      const { code, stdout, stderr } = await just(stack, 'query', file, '--json');
      assert.equal(code, 0, stderr);
      const answers = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { number: number; rows: unknown[] });
      assert.ok(answers.length >= 20, `${answers.length} answers`);
      assert.deepEqual(
        answers.map(({ number }) => number),
        answers.map((_, index) => index + 1),
      );
      console.log(
        `${file}: ${answers.length} questions, ${answers.filter(({ rows }) => rows.length > 0).length} with rows`,
      );
    });
  }

  test('asks ClickHouse from a container, for hosts without Node', async () => {
    const words = ['run', '--rm', '--no-deps', '-T', 'event-generator', 'node', 'event-generator/src/commands/sql.ts'];
    assert.match(await stack.compose(...words, 'SELECT currentUser()'), /admin/);
  });

  test('HyperDX shows the drop to whoever signs in, and every dashboard draws', { skip: noBrowser }, async () => {
    await withSignedIn(stack, async (page, context) => {
      await page.getByText('api-gateway').first().waitFor();
      assert.deepEqual((await list(stack, context, 'sources')).map(({ name }) => name).sort(), [
        'Logs',
        'Metrics',
        'Traces',
      ]);
      assert.deepEqual(
        (await list(stack, context, 'saved-search')).map(({ name }) => name).sort(),
        shippedNames('saved-searches'),
      );
      const names = shippedNames('dashboards');
      const dashboards = await until('all dashboards are there', 90, async () => {
        const there = await list(stack, context, 'dashboards');
        return there.length >= names.length ? there : undefined;
      });
      assert.deepEqual(dashboards.map(({ name }) => name).sort(), names);
      for (const dashboard of dashboards) await assertDraws(stack, page, dashboard);
    });
  });

  test('was not short of memory', async () => {
    for (const [service, { State, RestartCount }] of await inspect()) {
      assert.deepEqual([State.OOMKilled, RestartCount], [false, 0], service);
    }
  });

  test('start says what is wrong with the settings', async () => {
    assert.equal((await just(stack, 'stop')).code, 0);
    const wrong = { ...stack, environment: { ...stack.environment, LOAD: 'much' } };
    const start = await just(wrong, 'start');
    assert.equal(start.code, 1);
    assert.match(start.stderr, /event-generator-1 says, last:\n(.*\n)*LOAD="much": expected /);
  });

  test('up again changes nothing, and a port that is taken is named in one line', async () => {
    const again = await just(stack, 'up');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /user demo@snkrs.example/);
    assert.equal((await just(stack, 'down')).code, 0);
    const status = await just(stack, 'status');
    assert.equal(status.code, 1);
    assert.match(status.stderr, new RegExp(`^No event-generator answers at http://localhost:${stack.ports.control} `));

    const squatter = createServer().listen(stack.ports.grpc, '127.0.0.1');
    try {
      const up = await just(stack, 'up');
      assert.equal(up.code, 1);
      assert.match(up.stderr, new RegExp(`Port [0-9.]*:${stack.ports.grpc} is taken: `));
    } finally {
      squatter.close();
    }
  });

  test('clean leaves nothing behind', async () => {
    assert.equal((await just(stack, '--yes', 'clean')).code, 0);
    const label = `label=com.docker.compose.project=${stack.project}`;
    for (const kind of ['container', 'volume', 'network']) {
      const all = kind === 'container' ? ['--all'] : [];
      assert.equal(await stack.docker(kind, 'ls', ...all, '--quiet', '--filter', label), '', kind);
    }
    assert.equal(await stack.docker('image', 'ls', '--quiet', `${stack.project}-event-generator`), '');
  });
});
