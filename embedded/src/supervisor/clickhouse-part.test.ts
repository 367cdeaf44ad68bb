import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePorts, OPEN_GATES } from '../../test/clickhouse.ts';
import { temporaryDirectory } from '../../test/stored.ts';
import { clickhousePart } from './clickhouse-part.ts';

test('a ClickHouse that ended itself says where it wrote down why', async () => {
  await using directory = await temporaryDirectory();
  const [httpPort, tcpPort] = (await freePorts(2)) as [number, number];
  const passwords = { admin: 'a', collector: 'c', hyperdx: 'h', simulator: 's' };
  const dataDirectory = directory.path;
  const part = clickhousePart({ host: '127.0.0.1', httpPort, tcpPort, dataDirectory, passwords, ...OPEN_GATES });
  const clickhouse = await part.start(new AbortController().signal);
  const [pid] = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'engine.ts'], { encoding: 'utf8' }).split('\n');
  process.kill(Number(pid), 'SIGABRT');
  const log = join(dataDirectory, 'log/clickhouse.log');
  assert.deepEqual(await clickhouse.ended, { ok: false, how: `SIGABRT: ${log} says why` });
  assert.match(await readFile(log, 'utf8'), /<Fatal>.*Aborted/);
  await clickhouse.stop();
});
