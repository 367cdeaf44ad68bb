import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { createControlledRun, problemOf, startTestControl } from '../../test/control.ts';
import { incidentsSchema, statusSchema, steerAnswerSchema } from './schemas.ts';
import type { Control } from './start-control.ts';

suite('the control API of incidents', () => {
  const { controlled, said, history } = createControlledRun();
  let control: Control;
  before(async () => {
    control = await startTestControl();
    control.serve(controlled);
  });
  after(() => control.close());

  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${control.port}${path}`, init);

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
    assert.equal(await problemOf(await put({ stop: 'stripe-brownout' })), '404 stripe-brownout is not on.');
    assert.deepEqual(await stop('all'), []);
    assert.equal(said.filter((line) => /nobody writes down .*: set STORE_URL and STORE_PASSWORD/.test(line)).length, 1);
  });

  test('starts only so many', async () => {
    for (let count = 0; count < 20; count += 1) await start({ kind: 'random' });
    assert.match(await problemOf(await put({ start: { kind: 'random' } })), /^409 20 incidents are on, .*stop some/);
    assert.equal((await stop('all')).length, 20);
  });

  test('refuses what it does not know or understand', async () => {
    assert.match(
      await problemOf(await put({ start: { kind: 'stripe' } })),
      /^400 "stripe": no such incident; expected .*stripe-brownout.* or random\.$/,
    );
    assert.match(await problemOf(await put({ stop: 'stripe' })), /^404 "stripe": no such incident; expected /);
    assert.equal(await problemOf(await put({ stop: 'inc-1' })), '404 inc-1: no such incident is on.');
    for (const body of [{}, { start: {} }, { start: { kind: 'random', seconds: 0 } }, { stop: 'all', start: {} }])
      assert.match(
        await problemOf(await put(body)),
        /^400 .*: expected \{"start": \{"kind": KIND, "seconds": N\}\} or /,
      );
  });

  test('hides one only where it is written down, and tells nothing of it but its page', async () => {
    assert.match(
      await problemOf(await put({ start: { kind: 'random', hidden: true } })),
      /^409 A hidden incident needs the log/,
    );
    Object.assign(controlled, { incidents: { ...controlled.incidents, isKept: true } });
    const hidden = await start({ kind: 'stripe-brownout', hidden: true });
    assert.deepEqual(Object.keys(hidden), ['id', 'difficulty', 'hidden', 'startsAt', 'endsAt', 'page']);
    assert.doesNotMatch(hidden.page, /stripe/i);
    assert.notEqual(hidden.endsAt, null);
    assert.match(
      await problemOf(await put({ start: { kind: 'random', hidden: true } })),
      /^409 Another incident is on, which an examinee might find instead: /,
    );
    assert.deepEqual((await list()).on, []);
    assert.equal(await problemOf(await put({ stop: 'stripe-brownout' })), '404 stripe-brownout is not on.');
    assert.deepEqual(await stop('all'), []);
    assert.deepEqual(await stop(hidden.id), [hidden.id]);
    const { description } = controlled;
    Object.assign(controlled, { description: { ...description, settings: { INCIDENTS: 'random' } } });
    assert.match(
      await problemOf(await put({ start: { kind: 'random', hidden: true } })),
      /^409 INCIDENTS=random brings others, /,
    );
    assert.match((await list()).whyNoneHidden ?? '', /^INCIDENTS=random brings others, /);
    Object.assign(controlled, { description });
    assert.equal((await list()).whyNoneHidden, null);
  });

  test('starts none while history is made, nor in one process of several', async () => {
    history.simulatedAt = Date.UTC(2026, 7, 1);
    assert.match(
      await problemOf(await put({ stop: 'all' })),
      /^409 The run is making history \(2026-08-01T00:00:00\.000Z\)/,
    );
    const status = statusSchema.parse(await (await ask('/status')).json());
    assert.equal(status.simulatedAt, '2026-08-01T00:00:00.000Z');
    assert.match((await list()).whyNoneHidden ?? '', /^The run is making history /);
    history.simulatedAt = undefined;
    const { description } = controlled;
    Object.assign(controlled, { description: { ...description, shard: { index: 1, count: 3 } } });
    assert.match(await problemOf(await put({ stop: 'all' })), /^409 This is process 1 of 3 of the run/);
    Object.assign(controlled, { description });
  });
});
