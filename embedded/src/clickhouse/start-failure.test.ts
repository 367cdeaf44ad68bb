import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePorts, OPEN_GATES, startTestClickHouse } from '../../test/clickhouse.ts';
import { InnerPortTakenError } from './error.ts';
import { startClickHouse } from './server.ts';
import { explainStartFailure } from './start-failure.ts';

test('a taken port or directory is told in one line with the setting that moves it', async (t) => {
  const running = await startTestClickHouse();
  t.after(() => running.stop());
  const [freeHttp, freeTcp, thirdPort] = (await freePorts(3)) as [number, number, number];
  const dataDirectory = `${running.dataDirectory}/second`;
  const options = {
    host: '127.0.0.1',
    httpPort: freeHttp,
    tcpPort: freeTcp,
    dataDirectory,
    passwords: running.passwords,
    ...OPEN_GATES,
  };

  const httpPort = Number(new URL(running.url).port);
  await Promise.all([
    assert.rejects(startClickHouse({ ...options, tcpPort: running.tcpPort }), {
      name: 'ClickHouseError',
      message: `Port ${running.tcpPort} on 127.0.0.1 (ClickHouse's native protocol) is taken by another program: stop that program, or set CLICKHOUSE_TCP_PORT to a free port.`,
    }),
    assert.rejects(startClickHouse({ ...options, httpPort }), {
      name: 'ClickHouseError',
      message: `Port ${httpPort} on 127.0.0.1 (ClickHouse over HTTP) is taken by another program: stop that program, or set CLICKHOUSE_HTTP_PORT to a free port.`,
    }),
    assert.rejects(startClickHouse({ ...options, tcpPort: thirdPort, dataDirectory: running.dataDirectory }), {
      name: 'ClickHouseError',
      message: `Another ClickHouse uses ${running.dataDirectory}: stop the run it belongs to, or set DATA_DIR to another directory.`,
    }),
  ]);
  assert.ok((await running.admin.ping()).success, 'the one that runs is unharmed');
});

test('a port of its own that was taken meanwhile is told apart, since another one will do', () => {
  const target = { httpPort: 8123, dataDirectory: '/data' };
  const words = 'Code: 210. DB::NetException: Address already in use: 127.3.2.1:21411 (NETWORK_ERROR)';
  assert.ok(explainStartFailure(words, target) instanceof InnerPortTakenError);
});
