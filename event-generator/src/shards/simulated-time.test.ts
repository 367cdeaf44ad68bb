import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startOtlpReceiver, status } from '../../test/otlp-receiver.ts';
import { receivedItems } from '../../test/received-items.ts';
import { simulateRun } from '../../test/simulate-run.ts';
import { SIGNALS } from '../telemetry/signal.ts';

/** Runs one short drop on a time of its own: what arrived of it, and how long its workers waited for room. */
async function simulate(settings: { QUEUE_LIMIT: string }, answer: (call: number) => Answer = () => undefined) {
  await using receiver = await startOtlpReceiver((_, call) => answer(call));
  const run = await simulateRun(receiver.endpoint, {
    PRE_DROP_SECONDS: '5',
    DROP_LIVE_SECONDS: '4',
    POST_DROP_SECONDS: '5',
    SHARDS: '2',
    ...settings,
  });
  const items = SIGNALS.map((signal) => [signal, receivedItems(receiver, signal)] as const);
  return { ...run, items: new Map(items) };
}

/** One call in five is to be made again, at once. */
const everyFifth = (call: number): Answer =>
  call % 5 === 0 ? { code: status.UNAVAILABLE, details: 'not now' } : undefined;

test('threads that share a seed make one telemetry in seconds, however long their workers wait for the collector, and whatever it refuses', async () => {
  const before = performance.now();
  const roomy = await simulate({ QUEUE_LIMIT: '100000' });
  const narrow = await simulate({ QUEUE_LIMIT: '2048' }, everyFifth);
  assert.ok(performance.now() - before < 60_000);
  assert.ok(roomy.counts.traces.created > 4_096, `${roomy.counts.traces.created} spans`);
  assert.equal(roomy.items.get('traces')?.length, roomy.counts.traces.created);
  assert.equal(roomy.status.waitedSeconds, 0);
  assert.ok(narrow.status.waitedSeconds > 0, 'nobody had to wait');
  assertSame(narrow, roomy);
});

function assertSame(one: Awaited<ReturnType<typeof simulate>>, other: Awaited<ReturnType<typeof simulate>>): void {
  for (const signal of SIGNALS) {
    const [items, others] = [one.items.get(signal) ?? [], other.items.get(signal) ?? []];
    assert.ok(items.length > 100, `${items.length} ${signal}`);
    const [known, knownOthers] = [new Set(items), new Set(others)];
    // Not the lists themselves: their difference would fill the screen.
    const differing = [
      known.difference(knownOthers).size,
      knownOthers.difference(known).size,
      items.length - others.length,
    ];
    assert.deepEqual(differing, [0, 0, 0], signal);
  }
}
