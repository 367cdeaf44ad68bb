import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createStack, just, noDocker, until } from './compose.ts';
import { assertStored, ledgers, select } from './stored.ts';

const REQUESTS = 300;
const SERVICE = 'scale-test';

/** One span in OTLP/JSON. */
function body(): string {
  const nanos = `${Date.now()}000000`;
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'sent once',
    kind: 1,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: SERVICE } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

describe('three collectors behind nginx', { skip: noDocker, timeout: 900_000 }, () => {
  const stack = createStack('click-ai-scale-test', 41_520, {
    PRE_DROP_SECONDS: '2',
    DROP_LIVE_SECONDS: '300',
    DROP_LIVE_WORKERS: '20',
    // The last collection of a run then always comes within a second of a regular one.
    METRICS_INTERVAL_SECONDS: '1',
  });

  function send(): Promise<Response> {
    const url = `http://127.0.0.1:${stack.ports.http}/v1/traces`;
    return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body() });
  }

  before(async () => {
    await just(stack, '--yes', 'clean');
    const up = await just(stack, 'up-scaled');
    assert.equal(up.code, 0, `${up.stdout}\n${up.stderr}`);
  });

  after(async () => {
    await just(stack, '--yes', 'clean');
  });

  test('one that is killed costs no request and no span', async () => {
    let left = REQUESTS;
    const answers: Record<string, number> = {};
    const sendShare = async () => {
      while (left-- > 0) {
        // No retry here: it is nginx that must not lose the request.
        const { status } = await send();
        answers[status] = (answers[status] ?? 0) + 1;
      }
    };
    const senders = Array.from({ length: 4 }, sendShare);
    await until('a third of it sent', 60, async () => left < (REQUESTS * 2) / 3 || undefined);
    const victim = await stack.container('otel-collector-2');
    await stack.docker('kill', '--signal', 'KILL', victim);
    await Promise.all(senders);
    assert.deepEqual(answers, { 200: REQUESTS });

    // It comes back with what it had queued.
    await stack.docker('start', victim);
    const stored = await until('all of it stored', 120, async () => {
      const [row] = await select<{ n: number }>(
        stack,
        `SELECT count() AS n FROM otel.otel_traces WHERE ServiceName = '${SERVICE}'`,
      );
      return row!.n >= REQUESTS ? row!.n : undefined;
    });
    assert.equal(stored, REQUESTS);
    assert.equal((await just(stack, 'stop')).code, 0);
    for (const ledger of await ledgers(stack)) await assertStored(stack, ledger);
  });

  test('each of them stored a share', async () => {
    const senders = await select<{ id: string }>(
      stack,
      `SELECT DISTINCT ResourceAttributes['service.instance.id'] AS id FROM otel.otel_metrics_sum
       WHERE ServiceName = 'otel-collector' AND MetricName = 'otelcol_exporter_sent_spans'`,
    );
    assert.ok(senders.length >= 3, `${senders.length} collectors sent spans`);
  });

  test('just up goes back to one, and nothing is left behind in the others', async () => {
    const clickhouse = await stack.container('clickhouse');
    await stack.docker('stop', clickhouse);
    for (let sent = 0; sent < 30; sent++) {
      assert.equal((await send()).status, 200);
    }
    await stack.docker('start', clickhouse);
    assert.equal((await just(stack, 'up')).code, 0);
    const query = `SELECT count() AS n FROM otel.otel_traces WHERE ServiceName = '${SERVICE}'`;
    await until('all of it stored', 60, async () => {
      const [row] = await select<{ n: number }>(stack, query);
      return row!.n >= REQUESTS + 30 || undefined;
    });
    const services = (await stack.compose('ps', '--services', '--status', 'running')).split('\n').sort();
    assert.deepEqual(services, ['clickhouse', 'event-generator', 'hyperdx', 'mongodb', 'otel-collector']);
  });
});
