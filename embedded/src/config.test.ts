import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('with nothing set, everything listens on this machine only, at the usual ports', () => {
  const { runId, environment, ...config } = readConfig({});
  assert.match(runId, /^\d{8}-\d{6}-[0-9a-f]{4}$/);
  assert.deepEqual(environment, {});
  assert.deepEqual(config, {
    dataDir: '.data',
    paths: {
      dataDir: resolve('.data'),
      clickhouse: resolve('.data/clickhouse'),
      spool: resolve('.data/spool'),
      quarantine: resolve('.data/quarantine'),
      runs: resolve('.data/runs'),
    },
    host: '127.0.0.1',
    ports: {
      HYPERDX_PORT: 8080,
      CLICKHOUSE_HTTP_PORT: 8123,
      CLICKHOUSE_TCP_PORT: 9000,
      OTLP_GRPC_PORT: 4317,
      OTLP_HTTP_PORT: 4318,
    },
    clickhousePassword: 'clickhouse123',
    spoolMaxBytes: 2_000_000_000,
    limits: {
      otlp: { maxRequestBytes: 16_000_000, requestMillis: 30_000, maxConnections: 512 },
      hyperdx: { maxRequestBytes: 1_000_000, requestMillis: 30_000, maxConnections: 256 },
      clickhouse: { maxRequestBytes: 10_000_000_000, requestMillis: 30_000, maxConnections: 512 },
    },
    allowedHosts: [],
  });
});

test('an empty variable is as good as none', () => {
  assert.equal(readConfig({ HYPERDX_PORT: '', CLICKHOUSE_PASSWORD: '' }).ports.HYPERDX_PORT, 8080);
});

test('sizes are written as people write them', () => {
  const bytes = (text: string) => readConfig({ SPOOL_MAX_BYTES: text }).spoolMaxBytes;
  assert.equal(bytes('500000000'), 500_000_000);
  assert.equal(bytes('512MB'), 512_000_000);
  assert.equal(bytes('512 MiB'), 536_870_912);
  assert.equal(bytes('1.5g'), 1_500_000_000);
  assert.equal(bytes('4gib'), 4_294_967_296);
});

test('all that is wrong is told together: name, value, what was expected', () => {
  assert.deepEqual(
    problemsOf({ HYPERDX_PORT: 'eighty', OTLP_GRPC_PORT: '70000', HOST: 'example.org', SPOOL_MAX_BYTES: '1MB' }),
    [
      'HOST="example.org": expected an IP address of this machine, or localhost; unset it for 127.0.0.1.',
      'HYPERDX_PORT="eighty": expected a port from 1 to 65535; unset it for 8080.',
      'OTLP_GRPC_PORT="70000": expected a port from 1 to 65535; unset it for 4317.',
      'SPOOL_MAX_BYTES="1MB": expected a size of at least 128MiB, such as 512MB or 2GB; unset it for 2GB.',
    ],
  );
});

test('limits and names are set one by one', () => {
  const { limits, allowedHosts } = readConfig({
    OTLP_MAX_REQUEST_BYTES: '4MiB',
    HYPERDX_REQUEST_SECONDS: '5',
    CLICKHOUSE_MAX_CONNECTIONS: '7',
    ALLOWED_HOSTS: 'Play.example, box.lan',
  });
  assert.equal(limits.otlp.maxRequestBytes, 4_194_304);
  assert.equal(limits.hyperdx.requestMillis, 5_000);
  assert.equal(limits.clickhouse.maxConnections, 7);
  assert.deepEqual(allowedHosts, ['play.example', 'box.lan']);
  assert.deepEqual(
    problemsOf({ OTLP_MAX_REQUEST_BYTES: '1', HYPERDX_REQUEST_SECONDS: '0', ALLOWED_HOSTS: 'http://play.example' }),
    [
      'ALLOWED_HOSTS="http://play.example": expected host names with commas between, or none; unset it for none.',
      'OTLP_MAX_REQUEST_BYTES="1": expected a size of at least 1kB, such as 512kB or 16MB; unset it for 16MB.',
      'HYPERDX_REQUEST_SECONDS="0": expected a whole number of seconds from 1 to 3600; unset it for 30.',
    ],
  );
});

test('two services cannot have one port', () => {
  assert.deepEqual(problemsOf({ OTLP_HTTP_PORT: '4317', HYPERDX_PORT: '9000' }), [
    'CLICKHOUSE_TCP_PORT="9000": expected another port than HYPERDX_PORT, which has it.',
    'OTLP_HTTP_PORT="4317": expected another port than OTLP_GRPC_PORT, which has it.',
  ]);
});

test('a password that cannot be used is not printed', () => {
  const [problem] = problemsOf({ CLICKHOUSE_PASSWORD: 'x'.repeat(300) });
  assert.equal(problem, 'CLICKHOUSE_PASSWORD="…": expected 1 to 256 characters; unset it for clickhouse123.');
});
