import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { startTestClickHouse } from '../clickhouse.ts';

test('for the user hyperdx no table function asks another host or reads a file', async (t) => {
  const clickhouse = await startTestClickHouse();
  t.after(() => clickhouse.stop());
  let asked = 0;
  const elsewhere = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  t.after(() => elsewhere.close());
  // What listens on TCP has such an address.
  const { port } = elsewhere.address() as AddressInfo;
  const result = await clickhouse.admin.query({
    query: 'SELECT name FROM system.table_functions',
    format: 'JSONEachRow',
  });
  const functions = (await result.json<{ name: string }>()).map(({ name }) => name);
  assert.ok(functions.includes('url') && functions.includes('mongodb'));
  const at = `127.0.0.1:${port}`;
  const argumentLists = [
    `'http://${at}/a/b.csv', 'CSV', 'a String'`,
    `'http://${at}/b/c', 'key', 'secret', 'CSV', 'a String'`,
    `'${at}', 'd', 't', 'u', 'p'`,
    `'${at}', 'd', 't', 'u', 'p', 'a String'`,
    `'${at}', 'k', 'a String'`,
    `'mongodb://u:p@${at}/d', 'c', 'a String'`,
    `'http://${at}', 'c', 'p', 'account', 'a2V5', 'CSV', 'auto', 'a String'`,
    `'DSN=http://${at}', 'd', 't'`,
    `'${clickhouse.dataDirectory}/config/config.xml', 'LineAsString', 'a String'`,
    `'${clickhouse.dataDirectory}/config'`,
    "'cat', 'TSV', 'a String'",
  ];
  const calls = functions.flatMap((name) => argumentLists.map((list) => `${name}(${list})`));
  const headers = { 'x-clickhouse-user': 'hyperdx', 'x-clickhouse-key': clickhouse.hyperdxPassword };
  const ask = async (call: string) => {
    const response = await fetch(clickhouse.url, { method: 'POST', headers, body: `SELECT * FROM ${call} LIMIT 1` });
    const text = await response.text();
    assert.ok(!response.ok || !text.includes('<clickhouse'), call);
  };
  // As many at a time as the user may have queries.
  while (calls.length > 0) await Promise.all(calls.splice(0, 20).map(ask));
  assert.equal(asked, 0, 'connections came in');
});
