import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { freePorts } from '../../test/clickhouse.ts';
import type { Ports } from '../config.ts';
import { checkPorts } from './ports.ts';

const NO_CONTROL = { host: '127.0.0.1', port: 0 };

async function fivePorts(): Promise<Ports> {
  const [hyperdx, http, tcp, grpc, otlpHttp] = (await freePorts(5)) as [number, number, number, number, number];
  return {
    HYPERDX_PORT: hyperdx,
    CLICKHOUSE_HTTP_PORT: http,
    CLICKHOUSE_TCP_PORT: tcp,
    OTLP_GRPC_PORT: grpc,
    OTLP_HTTP_PORT: otlpHttp,
  };
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

test('free ports pass, and are free afterwards', async () => {
  const ports = await fivePorts();
  await checkPorts({ host: '127.0.0.1', ports, control: NO_CONTROL });
  await checkPorts({ host: '127.0.0.1', ports, control: NO_CONTROL });
});

test('each taken port is told with what wants it and the setting that moves it', async (t) => {
  const [one, two] = await Promise.all([listening(), listening()]);
  t.after(() => [one.close(), two.close()]);
  const ports = { ...(await fivePorts()), CLICKHOUSE_TCP_PORT: portOf(one), OTLP_GRPC_PORT: portOf(two) };
  await assert.rejects(checkPorts({ host: '127.0.0.1', ports, control: NO_CONTROL }), {
    name: 'SupervisorError',
    message: [
      `Port ${portOf(one)} on 127.0.0.1 (ClickHouse's native protocol) is taken by another program: stop that program, or set CLICKHOUSE_TCP_PORT to a free port.`,
      `Port ${portOf(two)} on 127.0.0.1 (OTLP over gRPC) is taken by another program: stop that program, or set OTLP_GRPC_PORT to a free port.`,
    ].join('\n'),
  });
});

test('an address of another machine is told once', async () => {
  await assert.rejects(checkPorts({ host: '192.0.2.1', ports: await fivePorts(), control: NO_CONTROL }), {
    message: 'HOST="192.0.2.1" is no address of this machine: set HOST to one, or leave it unset for 127.0.0.1.',
  });
});

test('a port that is freed in time is waited for', async () => {
  const server = await listening();
  const ports = { ...(await fivePorts()), HYPERDX_PORT: portOf(server) };
  let told = 0;
  setTimeout(() => server.close(), 300);
  await checkPorts({ host: '127.0.0.1', ports, control: NO_CONTROL }, { patienceMs: 5_000, onWaiting: () => told++ });
  assert.equal(told, 1);
});

test('the control API is looked after where it is to listen; with port 0 it is to listen nowhere', async (t) => {
  const server = await listening();
  t.after(() => server.close());
  const control = { host: '127.0.0.1', port: portOf(server) };
  await assert.rejects(checkPorts({ host: '127.0.0.1', ports: await fivePorts(), control }), {
    message: `Port ${control.port} on 127.0.0.1 (the event-generator's control API) is taken by another program: stop that program, or set CONTROL_PORT to a free port.`,
  });
  await assert.rejects(
    checkPorts({ host: '127.0.0.1', ports: await fivePorts(), control: { host: '192.0.2.1', port: 1_234 } }),
    { message: /^CONTROL_HOST="192\.0\.2\.1" is no address of this machine/ },
  );
});

test('of two that look in the same moment neither takes the other for a program that has the port', async () => {
  const listening = { host: '127.0.0.1', ports: await fivePorts(), control: NO_CONTROL };
  for (let i = 0; i < 10; i++) await Promise.all([checkPorts(listening), checkPorts(listening)]);
});
