import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestClickHouse } from '../clickhouse.ts';
import { collectorOptions } from '../collector.ts';
import { startCollectorProcess } from '../collector-process.ts';
import { peakRss } from '../resident-memory.ts';

/** What ARCHITECTURE.md says of the collector. */
const BOUND_MB = 500;
const AT_ONCE = 8;

const span = (index: number) =>
  `{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"${index.toString(16).padStart(16, '0')}","name":"x"}`;
const spans = (items: readonly string[]) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${items.join()}]}]}]}`;
const times = (count: number, element: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => element(i));

/** Each as large as a request may be, or as rich in values. */
const BODIES = {
  'objects without end': () => `{"resourceSpans":[${times(5_000_000, () => '{}').join()}]}`,
  'lists in lists': () => '['.repeat(15_000_000),
  'numbers where messages belong': () => `{"resourceSpans":[${times(7_000_000, () => '1').join()}]}`,
  'as many values as may be': () => spans(times(170_000, span)),
  'long numbers': () =>
    spans(times(130_000, (index) => `{"name":"x","startTimeUnixNano":18000000000000${1_000_000 + index}}`)),
  'one long text': () => spans([`{"name":"${'x'.repeat(15_000_000)}"}`]),
};

test('bodies in JSON, however they are made, take no more memory than is said of the collector', async (t) => {
  const clickhouse = await startTestClickHouse();
  t.after(() => clickhouse.stop());
  for (const [name, body] of Object.entries(BODIES)) {
    const directory = await mkdtemp(join(tmpdir(), 'click-ai-json-'));
    t.after(() => rm(directory, { recursive: true, force: true }));
    const collector = await startCollectorProcess(t, collectorOptions(directory, { clickhouse }));
    if (collector.answer.type === 'failed') throw new Error(collector.answer.message);
    const url = `http://127.0.0.1:${collector.answer.httpPort}/v1/traces`;
    const send = (text: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
    const text = body();
    const answers = await Promise.all(times(AT_ONCE, () => text).map(send));
    const statuses = [...new Set(answers.map(({ status }) => status))];
    assert.ok(statuses.length === 1 && [200, 413].includes(statuses[0]!), `${name}: ${statuses}`);
    assert.equal((await send(spans(['{"name":"neighbour"}']))).status, 200, name);
    const peak = peakRss(collector.child.pid!);
    console.log(`${name}: ${statuses}, ${peak} MB`);
    assert.ok(peak < BOUND_MB, `${name}: ${peak} MB`);
    await collector.end('SIGTERM');
  }
});
