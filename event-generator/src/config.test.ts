import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConfigError, readClickHouseConfig, readConfig, wantsColour, withdrawOtelVariables } from './config.ts';

const NOW = Date.UTC(2026, 7, 1, 10, 15, 2);

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(NOW, environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

suite('settings', () => {
  test('the defaults are those of the drop', () => {
    const config = readConfig(NOW, {});
    assert.equal(config.endpoint, 'http://localhost:4317');
    assert.equal(config.load, 1);
    assert.equal(config.cycles, 0);
    assert.deepEqual(config.phases, {
      preDrop: { seconds: 60, workers: 5 },
      dropLive: { seconds: 90, workers: 40 },
      postDrop: { seconds: 60, workers: 8 },
    });
    assert.deepEqual(config.inventory, { min: 300, max: 700 });
    assert.equal(config.metricsIntervalSeconds, 10);
    assert.equal(config.dataDir, '.data');
    assert.match(config.runId, /^20260801-101502-[0-9a-f]{4}$/);
    assert.match(config.seed, /^[0-9a-f]{8}$/);
    assert.notEqual(readConfig(NOW, {}).seed, config.seed);
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.phases.preDrop));
  });

  test('what is set is taken, what is empty is not', () => {
    const config = readConfig(NOW, { LOAD: '2.5', SEED: 'seven', DROP_LIVE_SECONDS: ' 15 ', CYCLES: '', RUN_ID: 'r1' });
    assert.equal(config.load, 2.5);
    assert.equal(config.seed, 'seven');
    assert.equal(config.phases.dropLive.seconds, 15);
    assert.equal(config.cycles, 0);
    assert.equal(config.runId, 'r1');
    assert.equal(config.inForce.LOAD, '2.5');
  });

  test('every problem is told at once', () => {
    assert.deepEqual(
      problemsOf({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317',
        LOAD: '-1',
        METRICS_INTERVAL_SECONDS: '0.5',
        PRE_DROP_WORKERS: '2.5',
        RUN_ID: '../escape',
        INVENTORY_MIN: '10',
        INVENTORY_MAX: '5',
      }),
      [
        'OTEL_EXPORTER_OTLP_ENDPOINT="localhost:4317": expected an http:// or https:// address with a port and without a path, such as http://localhost:4317; leave it unset for http://localhost:4317.',
        'LOAD="-1": expected a number above 0, at most 1000; leave it unset for 1.',
        'PRE_DROP_WORKERS="2.5": expected a whole number from 1 to 10000; leave it unset for 5.',
        'METRICS_INTERVAL_SECONDS="0.5": expected a whole number of seconds from 1 to 3600; leave it unset for 10.',
        'RUN_ID="../escape": expected 1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit.',
        'INVENTORY_MIN="10": expected at most INVENTORY_MAX, which is 5; lower the one or raise the other.',
      ],
    );
  });

  for (const wrong of ['http://host:4317/v1/traces', 'ftp://host', 'http://', 'http://host', 'grpc://host:4317']) {
    test(`${wrong} is no endpoint`, () => {
      assert.equal(problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: wrong }).length, 1);
    });
  }

  for (const wrong of ['0', '1e3', '0x10', 'Infinity', 'NaN', '1001', ' ']) {
    test(`"${wrong}" is ${wrong.trim() ? 'no load' : 'as good as unset'}`, () => {
      assert.equal(problemsOf({ LOAD: wrong }).length, wrong.trim() ? 1 : 0);
    });
  }

  test('headers may carry keys, so the record has only that there were some', () => {
    const config = readConfig(NOW, { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret' });
    assert.equal(config.inForce.OTEL_EXPORTER_OTLP_HEADERS, '(set)');
  });

  test('a control API that other machines reach needs a token, which no record repeats', () => {
    assert.throws(
      () => readConfig(NOW, { CONTROL_HOST: '0.0.0.0' }),
      /^ConfigError: CONTROL_HOST="0\.0\.0\.0": expected CONTROL_TOKEN to be set as well/,
    );
    assert.throws(
      () => readConfig(NOW, { CONTROL_TOKEN: 'short' }),
      /^ConfigError: CONTROL_TOKEN="…": expected 8 to 256 letters/,
    );
    const { control, inForce } = readConfig(NOW, { CONTROL_HOST: '0.0.0.0', CONTROL_TOKEN: 'a-secret-of-mine' });
    assert.equal(control.token, 'a-secret-of-mine');
    assert.equal(inForce.CONTROL_TOKEN, '(set)');
    assert.equal(readConfig(NOW, { CONTROL_HOST: '0.0.0.0', CONTROL_PORT: '0' }).control.port, 0);
  });

  test('processes that share a run must be told all they have to agree on', () => {
    const config = readConfig(NOW, { SHARDS: '2', SHARD_INDEX: '2', SHARD_COUNT: '3', SEED: 's', RUN_ID: 'r' });
    assert.equal(config.shards, 2);
    assert.deepEqual(config.shard, { index: 2, count: 3 });
    assert.deepEqual(problemsOf({ SHARDS: '64', SHARD_INDEX: '5', SHARD_COUNT: '5', RUN_ID: 'r' }), [
      'SHARD_INDEX="5": expected a whole number below SHARD_COUNT, which is 5; the first process has index 0.',
      'SHARDS="64": expected SHARDS x SHARD_COUNT to be at most 256; SHARD_COUNT is 5.',
      'SEED="": expected the same one in each of the 5 processes of the run; set it, such as SEED=drop-1.',
    ]);
    assert.deepEqual(problemsOf({ SHARDS: '0' }), [
      'SHARDS="0": expected a whole number from 1 to 64; leave it unset for 1.',
    ]);
  });

  test('an incident that is planned must be in the catalogue', () => {
    assert.deepEqual(readConfig(NOW, { INCIDENTS: 'stripe-brownout@60+30' }).incidents, {
      kind: 'planned',
      incidents: [{ incident: 'stripe-brownout', atSeconds: 60, forSeconds: 30 }],
    });
    const [problem, ...more] = problemsOf({ INCIDENTS: 'stripe-brownout@60+30,strip@1+2,strip@9+2' });
    assert.match(problem ?? '', /^INCIDENTS="strip@…": expected one of .*\bstripe-brownout\b.*\.$/);
    assert.deepEqual(more, []);
  });

  test('only the OTEL_* variables that are settings stay, and the others are named', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
      OTEL_SDK_DISABLED: 'true',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=x',
      PATH: '/bin',
    };
    assert.deepEqual(withdrawOtelVariables(environment), ['OTEL_SDK_DISABLED', 'OTEL_RESOURCE_ATTRIBUTES']);
    assert.deepEqual(environment, { OTEL_EXPORTER_OTLP_HEADERS: 'a=b', PATH: '/bin' });
  });

  test('the commands find ClickHouse whatever the settings of the drop are', () => {
    assert.deepEqual(readClickHouseConfig({ LOAD: 'nonsense', CLICKHOUSE_USER: 'reader' }), {
      url: 'http://localhost:8123',
      user: 'reader',
      password: 'clickhouse123',
    });
    assert.doesNotThrow(() => readConfig(NOW, { CLICKHOUSE_URL: 'nonsense' }));
  });

  test('an address that hides more than one is refused, and its password not repeated', () => {
    assert.throws(() => readClickHouseConfig({ CLICKHOUSE_URL: 'http://me:hunter2@db:8123/?readonly=1' }), {
      name: 'ConfigError',
      message:
        'CLICKHOUSE_URL="http://…@db:8123/?readonly=1": expected an http:// or https:// address without user, path or parameters, ' +
        'such as http://localhost:8123; leave it unset for http://localhost:8123.',
    });
  });

  test('colour is for terminals that did not decline it', () => {
    assert.equal(wantsColour(true, {}), true);
    assert.equal(wantsColour(true, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour(false, {}), false);
  });
});
