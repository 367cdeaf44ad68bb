import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor } from './advice.ts';
import { InsertError } from './insert-error.ts';

test('tells the memory limit of one INSERT from that of the whole server', () => {
  const advice = (message: string) => adviceFor(new InsertError(message, 241), 'http://127.0.0.1:8123');
  const query = advice(
    'Code: 241. DB::Exception: Query memory limit exceeded: would use 478.00 MiB, maximum: 476.84 MiB',
  );
  assert.match(query, /max_memory_usage of the profile collector in config\/clickhouse-users\.xml/);
  const total = advice('Code: 241. DB::Exception: (total) memory limit exceeded: would use 668.00 MiB');
  assert.match(total, /max_server_memory_usage in config\/clickhouse-config\.xml/);
});

test('says where ClickHouse should be when it does not answer', () => {
  const hungUp = new InsertError('socket hang up', undefined);
  assert.equal(
    adviceFor(hungUp, 'http://localhost:8123'),
    'there was no answer: check that ClickHouse runs at http://localhost:8123',
  );
});
