import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.ts';
import { addressLines } from './addresses.ts';

test('the addresses are those of this start, with a query to try', () => {
  assert.deepEqual(addressLines(readConfig({ HYPERDX_PORT: '8088' }), { host: '127.0.0.1', port: 8081 }), [
    '  HyperDX     http://localhost:8088',
    '  ClickHouse  http://localhost:8123   native localhost:9000   user admin, password clickhouse123',
    `              curl -u "admin:clickhouse123" http://localhost:8123 -d 'SELECT count() FROM otel.otel_traces'`,
    '  OTLP        gRPC http://localhost:4317   HTTP http://localhost:4318',
    '  Control     http://localhost:8081   just load 2, just status',
    '  Data        .data   npm run reset deletes it',
  ]);
});

test("a password of one's own is not shown", () => {
  const lines = addressLines(readConfig({ CLICKHOUSE_PASSWORD: 'hunter2', HOST: '::1' }), {
    host: '127.0.0.1',
    port: 0,
  });
  assert.doesNotMatch(lines.join('\n'), /hunter2/);
  assert.doesNotMatch(lines.join('\n'), /Control/);
  assert.match(lines[2] ?? '', /^ +curl -u "admin:\$CLICKHOUSE_PASSWORD" http:\/\/localhost:8123 /);
});
