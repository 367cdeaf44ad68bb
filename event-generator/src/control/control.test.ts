import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { createControlledRun, problemOf, startTestControl } from '../../test/control.ts';
import { freePort } from '../../test/free-port.ts';
import { startGenerator } from '../../test/generator.ts';
import { INHERITED } from '../../test/inherited.ts';
import { startOtlpReceiver } from '../../test/otlp-receiver.ts';
import { ledgerSchema, statusSchema } from './schemas.ts';
import type { Control } from './start-control.ts';

const run = promisify(execFile);

/** Sends bytes as they are; what comes back until the other side closes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk) => (received += chunk));
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}

suite('the control API', () => {
  const { controlled, loads } = createControlledRun();
  const { clock } = controlled;
  let control: Control;
  let guarded: Control;
  before(async () => {
    control = await startTestControl();
    guarded = await startTestControl('a-secret-of-mine');
    guarded.serve(controlled);
  });
  after(async () => {
    await control.close();
    await guarded.close();
  });

  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${control.port}${path}`, init);

  test('says that there is no run yet, then how it fares', async () => {
    assert.equal(await problemOf(await ask('/status')), '503 The run has not started yet: try again in a second.');
    control.serve(controlled);
    const response = await ask('/status');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('access-control-allow-origin'), null);
    const status = statusSchema.parse(await response.json());
    assert.equal(status.runId, 'run-1');
    assert.equal(status.workers, 40);
    assert.equal(status.simulatedAt, null);
    const ledger = ledgerSchema.parse(await (await ask('/ledger')).json());
    assert.equal(ledger.signals.traces.created, 0);
  });

  test('changes the load within the bounds of LOAD, and says so', async () => {
    const put = (body: string) => ask('/load', { method: 'PUT', body });
    const response = await put('{"load": 2.5}');
    assert.equal(response.status, 200);
    assert.equal(statusSchema.parse(await response.json()).load, 2.5);
    for (const body of ['{"load": 0}', '{"load": 1001}', '{"load": "3"}', '{"load": 3, "workers": 1}', '[]', 'null']) {
      const shown = JSON.stringify(JSON.parse(body));
      assert.equal(
        await problemOf(await put(body)),
        `400 ${shown}: expected {"load": N}, N a number above 0, at most 1000.`,
      );
    }
    assert.match(await problemOf(await put('load=3')), /^400 The body is no JSON \("load=3"\)/);
    assert.match(await problemOf(await put('['.repeat(3_000))), /^413 .*CONTROL_MAX_REQUEST_BYTES/);
    assert.deepEqual(loads, [2.5]);
  });

  test('names the paths and the methods there are', async () => {
    assert.equal(
      await problemOf(await ask('/constructor')),
      '404 /constructor: no such path; expected /status, /ledger, /load, /incidents, /openapi.json.',
    );
    const response = await ask('/load', { method: 'DELETE' });
    assert.equal(response.headers.get('allow'), 'PUT');
    assert.equal(await problemOf(response), '405 DELETE /load: expected PUT.');
    assert.equal((await ask('/status', { method: 'HEAD' })).status, 200);
  });

  test('answers no web page, and no name that is not this machine’s', async () => {
    const headers = (more: string) => `GET /status HTTP/1.1\r\nConnection: close\r\n${more}\r\n\r\n`;
    const status = async (more: string) => (await raw(control.port, headers(more))).slice(9, 12);
    assert.equal(await status('Host: localhost:8081'), '200');
    assert.equal(await status('Host: [::1]'), '200');
    assert.equal(await status('Host: rebound.example:8081'), '421');
    assert.equal(await status('Host: localhost\r\nOrigin: http://localhost'), '403');
    assert.equal(await status('Host: localhost\r\nSec-Fetch-Site: cross-site'), '403');
    assert.equal(await status('Host: localhost\r\nSec-Fetch-Site: none'), '200');
  });

  test('asks for the token where there is one, and then takes any host', async () => {
    const get = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${guarded.port}/status`, { headers });
    for (const authorization of ['', 'Bearer a-secret-of-mind', 'Bearer a-secret', 'Basic a-secret-of-mine']) {
      const response = await get({ authorization });
      assert.equal(response.headers.get('www-authenticate'), 'Bearer');
      assert.match(await problemOf(response), /^401 Authorization: expected "Bearer TOKEN"/);
    }
    assert.equal((await get({ authorization: 'Bearer a-secret-of-mine' })).status, 200);
  });

  test('gives nobody more than its limits', async () => {
    assert.match(
      await raw(control.port, `GET /status HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(4_096)}\r\n\r\n`),
      / 431 /,
    );
    const began = performance.now();
    assert.match(
      await raw(control.port, 'PUT /load HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{'),
      / 408 /,
    );
    assert.ok(performance.now() - began < 10_000);
  });

  test('turns the silent away for who has something to say, and nobody else', async () => {
    const open = async (said: string) => {
      const socket = connect(guarded.port, '127.0.0.1').on('error', () => {});
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(said);
      return socket;
    };
    const silent = [await open(''), await open(''), await open('')];
    assert.match(await raw(guarded.port, 'GET / HTTP/1.1\r\n\r\n'), / 400 /);
    const talking = [await open('GET'), await open('GET'), await open('GET')];
    await clock.sleep(100);
    assert.equal(await raw(guarded.port, 'GET / HTTP/1.1\r\n\r\n').catch(() => ''), '');
    for (const socket of [...silent, ...talking]) socket.destroy();
  });

  test('describes itself, every path and every schema it refers to', async () => {
    // Whatever OpenAPI says: only what is looked at below.
    const document = (await (await ask('/openapi.json')).json()) as {
      openapi: string;
      paths: object;
      components: { schemas: Record<string, { properties: Record<string, unknown> }> };
    };
    assert.equal(document.openapi, '3.1.0');
    assert.deepEqual(Object.keys(document.paths), ['/status', '/ledger', '/load', '/incidents', '/openapi.json']);
    assert.deepEqual(document.components.schemas.Load?.properties.load, {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1_000,
      description: "Multiplies every phase's workers, from now on",
    });
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    assert.deepEqual(
      referred.filter((name) => !(name in document.components.schemas)),
      [],
    );
    assert.ok(referred.length > 4);
  });

  test('a port that is taken is one line, before anything starts', async () => {
    await using generator = await startGenerator({ CONTROL_PORT: String(control.port) });
    assert.equal(await generator.ended, 1);
    assert.equal(
      generator.output(),
      `Port ${control.port} on 127.0.0.1 (the control API) is taken by another program, maybe another event-generator: stop that, or set CONTROL_PORT to a free port, or to 0 for no control API.\n`,
    );
  });

  test('a running drop has the load it is given: its workers, its status, and a log record of its own', async () => {
    await using receiver = await startOtlpReceiver();
    const port = await freePort();
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      CONTROL_PORT: String(port),
      DROP_LIVE_SECONDS: '60',
      DROP_LIVE_WORKERS: '4',
      SHARDS: '2',
    });
    await generator.printed(/DROP_LIVE/);
    const command = (name: string, ...words: string[]) =>
      run(process.execPath, [join(import.meta.dirname, `../commands/${name}.ts`), ...words], {
        env: { ...INHERITED, CONTROL_URL: `http://localhost:${port}` },
      });
    const load = await command('load', '3');
    assert.match(load.stdout, /^run test-run · seed \w+ · load 3 · 2 threads · sends to /);
    for (let workers = 0; workers !== 12; await clock.sleep(50)) {
      const status = statusSchema.parse(await (await fetch(`http://localhost:${port}/status`)).json());
      assert.equal(status.shards, 2);
      workers = status.workers;
    }
    // As just does.
    const shown = await run(join(import.meta.dirname, '../../../docker/command'), ['status'], {
      env: { ...INHERITED, CONTROL_URL: `http://localhost:${port}` },
    });
    assert.match(shown.stdout, /\nDROP_LIVE +\d+s +12 workers /);
    assert.match(shown.stdout, /\nspans +[\d,]+ +[\d,]+ +0 +0 +\d+\n/);
    await assert.rejects(command('load', 'much'), /\nload much: expected load N, N a number above 0, at most 1000\.\n/);
    await generator.printed(/The load is 3 from now on; it was 1\./);
    generator.process.kill('SIGTERM');
    assert.equal(await generator.ended, 0, generator.output());
    const said = receiver.taken.filter(
      ({ signal, body }) => signal === 'logs' && body.includes('snkrs.generator.load'),
    );
    assert.equal(said.length, 1);
  });
});
