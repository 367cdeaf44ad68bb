import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestClickHouse, type TestClickHouse } from '../../test/clickhouse.ts';
import { greetNatively, helloNatively, queryPacket } from '../../test/native-client.ts';

let server: TestClickHouse;
before(async () => {
  server = await startTestClickHouse();
});
after(() => server.stop());

async function dial(): Promise<Socket> {
  const socket = connect(server.tcpPort, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The server is the same one, and takes native clients. */
async function assertUnharmed(): Promise<void> {
  await sleep(300);
  assert.equal(await greetNatively(server.tcpPort, 'admin', server.adminPassword), 'ok');
  assert.ok((await server.admin.ping()).success);
}

test('a query goes through, and so does its error', async () => {
  const [socket] = await helloNatively(server.tcpPort, 'admin', server.adminPassword);
  socket.write(queryPacket("SELECT upper('native-ANSWER')"));
  await received(socket, 'NATIVE-ANSWER');
  socket.destroy();

  const [other] = await helloNatively(server.tcpPort, 'admin', server.adminPassword);
  other.write(queryPacket('SELECT nope'));
  await received(other, 'DB::Exception: Unknown expression');
  other.destroy();
});

test('a wrong password is refused with the reason and harms nobody', async () => {
  const [socket, answer] = await helloNatively(server.tcpPort, 'admin', 'wrong');
  assert.equal(answer.readInt32LE(1), 516);
  assert.match(answer.toString('latin1'), /admin: Authentication failed: password is incorrect/);
  await once(socket, 'close');
  await assertUnharmed();
});

test('bytes that are no hello end their connection only', async () => {
  const socket = await dial();
  socket.resume().write(Buffer.alloc(300, 0x55));
  await once(socket, 'close');
  await assertUnharmed();
});

test('hellos that are too long, or made of what no client sends, end their connection only', async () => {
  const hellos = [
    Buffer.from([0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]),
    Buffer.from([0, 0x81, 0x20]),
    Buffer.from([0, 4, 0x74, 0x65, 0x73, 0x74, 1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]),
    Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'),
    Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
  ];
  for (const hello of hellos) {
    const socket = await dial();
    socket.resume().write(hello);
    await once(socket, 'close');
  }
  for (const user of [
    "admin'; DROP TABLE otel.otel_logs --",
    'admin:x',
    'a\r\nX-ClickHouse-User: admin',
    '\0',
    '🦊',
    'a'.repeat(4_000),
  ]) {
    assert.match(await greetNatively(server.tcpPort, user, "' OR 1 = 1 --"), /^error (516|194)$/, user);
  }
  await assertUnharmed();
});

test('garbage after the hello harms nobody, however its sender leaves', async () => {
  const query = queryPacket('SELECT 1');
  const packets = [
    Buffer.from([99]),
    Buffer.alloc(1_000),
    Buffer.alloc(1_000, 0xff),
    Buffer.from([1, 255, 255, 255, 255, 15]),
    query.subarray(0, -3),
    Buffer.concat([query, Buffer.alloc(100, 0x99)]),
    Buffer.from([2, 0, 1, 0, 2, 255, 255, 255, 255, 0, 255, 255, 255, 15]),
    Buffer.from([7, 1, 2, 3]),
  ];
  for (const packet of packets) {
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const [socket] = await helloNatively(server.tcpPort, 'admin', server.adminPassword);
      socket.on('error', () => {}).resume();
      socket.write(packet);
      await sleep(20);
      socket[leave]();
    }
  }
  await assertUnharmed();
});

test('a browser at the native port is told where HTTP is', async () => {
  await assert.rejects(fetch(`http://127.0.0.1:${server.tcpPort}/`).then(throwText), /spoken at CLICKHOUSE_HTTP_PORT/);
  await assertUnharmed();
});

test('a client that resets its connection harms nobody: idle, in the middle of a query packet or of a result', async () => {
  const [idle] = await helloNatively(server.tcpPort, 'admin', server.adminPassword);
  idle.resetAndDestroy();
  await assertUnharmed();

  const [cut] = await helloNatively(server.tcpPort, 'admin', server.adminPassword);
  cut.write(queryPacket('SELECT 1').subarray(0, 20));
  await sleep(100);
  cut.resetAndDestroy();
  await assertUnharmed();

  const [busy] = await helloNatively(server.tcpPort, 'admin', server.adminPassword);
  busy.write(queryPacket('SELECT number, randomString(100) FROM numbers(1000000000)'));
  await once(busy, 'data');
  busy.resetAndDestroy();
  await assertUnharmed();
  assert.deepEqual(await runningQueries(), [], 'the query was cancelled');
});

/** Resolves when `text` has come; the test's time limit is for when it does not. */
async function received(socket: Socket, text: string): Promise<void> {
  let all = '';
  while (!all.includes(text)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    all += chunk.toString('latin1');
  }
}

async function throwText(response: Response): Promise<never> {
  throw new Error(await response.text());
}

async function runningQueries(): Promise<unknown[]> {
  const result = await server.admin.query({
    query: "SELECT query FROM system.processes WHERE query LIKE '%randomString%' AND query NOT LIKE '%processes%'",
    format: 'JSONEachRow',
  });
  return result.json();
}
