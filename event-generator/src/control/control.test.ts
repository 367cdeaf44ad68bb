import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../../test/free-port.ts';
import { startGenerator } from '../../test/generator.ts';
import { INHERITED } from '../../test/inherited.ts';
import { startOtlpReceiver } from '../../test/otlp-receiver.ts';
import { createIncidentLog } from '../incident-log/incident-log.ts';
import { createRealClock } from '../simulation/real-clock.ts';
import type { IncidentOrder } from '../snkrs/incidents/occurrence.ts';
import { createCounts } from '../telemetry/ledger/counts.ts';
import { incidentsSchema, ledgerSchema, problemSchema, statusSchema, steerAnswerSchema } from './schemas.ts';
import { type Control, startControl } from './start-control.ts';

const run = promisify(execFile);

const LIMITS = { maxRequestBytes: 2_048, requestMillis: 1_000, maxConnections: 3 };

const STATUS = {
  cycle: 1,
  dropId: 'drop-2026-08-01-0001',
  sneaker: "Skyline 1 High 'Varsity Red'",
  phase: 'DROP_LIVE' as const,
  secondsLeft: 12.5,
  workers: 40,
  ok: 100,
  errors: 3,
  inventory: 77,
  queueDepth: 4,
  waiting: 0,
  waitedSeconds: 1.5,
  simulatedAt: undefined,
  shards: 1,
  spansPerSecond: 812.3,
};

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
  let control: Control;
  let guarded: Control;
  const loads: number[] = [];
  const clock = createRealClock();
  const said: string[] = [];
  const incidents = createIncidentLog({
    store: undefined,
    runId: 'run-1',
    dataDir: '',
    clock,
    report: (line) => said.push(line),
  });
  /** As a simulation does. */
  const steer = (order: IncidentOrder) => {
    if (order.do === 'start') return incidents.changed(order.occurrence);
    const now = clock.now();
    for (const occurrence of incidents.underWay(now))
      if (occurrence.id === order.id) incidents.changed({ ...occurrence, endsAt: now });
  };
  let simulatedAt: number | undefined;
  const controlled = {
    description: {
      runId: 'run-1',
      seed: '7',
      startedAt: Date.UTC(2026, 7, 1),
      endpoint: 'http://localhost:4317',
      settings: {},
    },
    run: {
      status: () => ({ ...STATUS, load: loads.at(-1) ?? 1, simulatedAt }),
      setLoad: (load: number) => {
        loads.push(load);
      },
      steer,
    },
    incidents,
    clock,
    ledger: { path: '/data/runs/run-1.json', counts: createCounts() },
  };
  before(async () => {
    const report = (line: string) => assert.fail(line);
    control = await startControl(
      { host: '127.0.0.1', port: await freePort(), token: undefined, limits: LIMITS },
      report,
    );
    guarded = await startControl(
      { host: '127.0.0.1', port: await freePort(), token: 'a-secret-of-mine', limits: LIMITS },
      report,
    );
    guarded.serve(controlled);
  });
  after(async () => {
    await control.close();
    await guarded.close();
  });

  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${control.port}${path}`, init);
  const problem = async (response: Response) => {
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    const { status, detail } = problemSchema.parse(await response.json());
    assert.equal(status, response.status);
    assert.doesNotMatch(detail, /\n/);
    return `${status} ${detail}`;
  };

  test('says that there is no run yet, then how it fares', async () => {
    assert.equal(await problem(await ask('/status')), '503 The run has not started yet: try again in a second.');
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
        await problem(await put(body)),
        `400 ${shown}: expected {"load": N}, N a number above 0, at most 1000.`,
      );
    }
    assert.match(await problem(await put('load=3')), /^400 The body is no JSON \("load=3"\)/);
    assert.match(await problem(await put('['.repeat(3_000))), /^413 .*CONTROL_MAX_REQUEST_BYTES/);
    assert.deepEqual(loads, [2.5]);
  });

  suite('of incidents', () => {
    const list = async () => incidentsSchema.parse(await (await ask('/incidents')).json());
    const put = (body: unknown) => ask('/incidents', { method: 'PUT', body: JSON.stringify(body) });
    const start = async (order: unknown) => {
      const answer = steerAnswerSchema.parse(await (await put({ start: order })).json());
      assert.ok('started' in answer);
      return answer.started;
    };
    const stop = async (which: string) => {
      const answer = steerAnswerSchema.parse(await (await put({ stop: which })).json());
      assert.ok('stopped' in answer);
      return answer.stopped.map(({ id }) => id);
    };

    test('starts one, says what is on, and stops it by its kind or all', async () => {
      const { catalogue, on } = await list();
      assert.ok(catalogue.some(({ kind, difficulty }) => kind === 'stripe-brownout' && difficulty === 1));
      assert.deepEqual(on, []);
      const first = await start({ kind: 'stripe-brownout', seconds: 60 });
      const second = await start({ kind: 'random' });
      assert.equal(Date.parse(first.endsAt ?? '') - Date.parse(first.startsAt), 60_000);
      assert.equal(second.endsAt, null);
      assert.deepEqual((await list()).on, [first, second]);
      assert.ok((await stop('stripe-brownout')).includes(first.id));
      await stop('all');
      assert.deepEqual((await list()).on, []);
      assert.equal(await problem(await put({ stop: 'stripe-brownout' })), '404 stripe-brownout is not on.');
      assert.deepEqual(await stop('all'), []);
      assert.equal(
        said.filter((line) => /nobody writes down .*: set STORE_URL and STORE_PASSWORD/.test(line)).length,
        1,
      );
    });

    test('starts only so many', async () => {
      for (let count = 0; count < 20; count += 1) await start({ kind: 'random' });
      assert.match(await problem(await put({ start: { kind: 'random' } })), /^409 20 incidents are on, .*stop some/);
      assert.equal((await stop('all')).length, 20);
    });

    test('refuses what it does not know or understand', async () => {
      assert.match(
        await problem(await put({ start: { kind: 'stripe' } })),
        /^400 "stripe": no such incident; expected .*stripe-brownout.* or random\.$/,
      );
      assert.match(await problem(await put({ stop: 'stripe' })), /^404 "stripe": no such incident; expected /);
      assert.equal(await problem(await put({ stop: 'inc-1' })), '404 inc-1: no such incident is on.');
      for (const body of [{}, { start: {} }, { start: { kind: 'random', seconds: 0 } }, { stop: 'all', start: {} }])
        assert.match(
          await problem(await put(body)),
          /^400 .*: expected \{"start": \{"kind": KIND, "seconds": N\}\} or /,
        );
    });

    test('hides one only where it is written down, and tells nothing of it but its page', async () => {
      assert.match(
        await problem(await put({ start: { kind: 'random', hidden: true } })),
        /^409 A hidden incident needs the log/,
      );
      Object.assign(controlled, { incidents: { ...incidents, isKept: true } });
      const hidden = await start({ kind: 'stripe-brownout', hidden: true });
      assert.deepEqual(Object.keys(hidden), ['id', 'difficulty', 'hidden', 'startsAt', 'endsAt', 'page']);
      assert.doesNotMatch(hidden.page, /stripe/i);
      assert.notEqual(hidden.endsAt, null);
      assert.match(
        await problem(await put({ start: { kind: 'random', hidden: true } })),
        /^409 Another incident is on, which an examinee might find instead: /,
      );
      assert.deepEqual((await list()).on, []);
      assert.equal(await problem(await put({ stop: 'stripe-brownout' })), '404 stripe-brownout is not on.');
      assert.deepEqual(await stop('all'), []);
      assert.deepEqual(await stop(hidden.id), [hidden.id]);
      const { description } = controlled;
      Object.assign(controlled, { description: { ...description, settings: { INCIDENTS: 'random' } } });
      assert.match(
        await problem(await put({ start: { kind: 'random', hidden: true } })),
        /^409 INCIDENTS=random brings others, /,
      );
      assert.match((await list()).whyNoneHidden ?? '', /^INCIDENTS=random brings others, /);
      Object.assign(controlled, { description });
      assert.equal((await list()).whyNoneHidden, null);
    });

    test('starts none while history is made, nor in one process of several', async () => {
      simulatedAt = Date.UTC(2026, 7, 1);
      assert.match(
        await problem(await put({ stop: 'all' })),
        /^409 The run is making history \(2026-08-01T00:00:00\.000Z\)/,
      );
      const status = statusSchema.parse(await (await ask('/status')).json());
      assert.equal(status.simulatedAt, '2026-08-01T00:00:00.000Z');
      assert.match((await list()).whyNoneHidden ?? '', /^The run is making history /);
      simulatedAt = undefined;
      const { description } = controlled;
      Object.assign(controlled, { description: { ...description, shard: { index: 1, count: 3 } } });
      assert.match(await problem(await put({ stop: 'all' })), /^409 This is process 1 of 3 of the run/);
      Object.assign(controlled, { description });
    });
  });

  test('names the paths and the methods there are', async () => {
    assert.equal(
      await problem(await ask('/constructor')),
      '404 /constructor: no such path; expected /status, /ledger, /load, /incidents, /openapi.json.',
    );
    const response = await ask('/load', { method: 'DELETE' });
    assert.equal(response.headers.get('allow'), 'PUT');
    assert.equal(await problem(response), '405 DELETE /load: expected PUT.');
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
      assert.match(await problem(response), /^401 Authorization: expected "Bearer TOKEN"/);
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
    const clock = createRealClock();
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
