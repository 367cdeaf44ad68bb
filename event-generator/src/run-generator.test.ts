import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startGenerator } from '../test/generator.ts';
import { startOtlpReceiver } from '../test/otlp-receiver.ts';
import { receivedPoints } from '../test/received-points.ts';
import { receivedSpans } from '../test/received-spans.ts';
import { SIGNALS } from './telemetry/signal.ts';

/** Cycles of 4 s in which something happens all the time. */
const BUSY = {
  PRE_DROP_SECONDS: '0.1',
  DROP_LIVE_SECONDS: '3.4',
  POST_DROP_SECONDS: '0.5',
  DROP_LIVE_WORKERS: '12',
  METRICS_INTERVAL_SECONDS: '1',
};
const CYCLE_MS = 4_000;

suite('a run with history', { concurrency: true }, () => {
  for (const shards of ['1', '2']) {
    test(`goes on live without a gap, an overlap or a counter that starts again, in ${shards} threads`, async () => {
      await using receiver = await startOtlpReceiver();
      const before = Date.now();
      await using generator = await startGenerator({
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        BACKFILL: '2',
        SEED: 'history',
        SHARDS: shards,
        ...BUSY,
      });
      await generator.printed(/● live.*■ DROP/s);
      generator.process.kill('SIGTERM');
      assert.equal(await generator.ended, 0, generator.output());
      const { state, startedAt, history, signals } = await generator.readLedger();
      assert.equal(state, 'complete');
      for (const signal of SIGNALS) assert.equal(receiver.takenItems(signal), signals[signal].created);

      assert.ok(history);
      const [from, to] = [Date.parse(history.from), Date.parse(history.to)];
      assert.deepEqual(history, { ...history, from: startedAt, goesLive: true, reached: history.to });
      assert.equal(to - from, 2 * CYCLE_MS);
      assert.ok(to >= before && to < before + 20_000, 'history ends where the run was started');

      const spans = receivedSpans(receiver);
      assert.equal(new Set(spans.map(({ id }) => id)).size, spans.length);
      const starts = spans.map(({ startsAt }) => startsAt).sort((a, b) => a - b);
      assert.ok(starts[0]! >= from - 1 && starts.at(-1)! >= to + CYCLE_MS - 1_000);
      assert.ok(starts.at(-1)! < Date.now());
      assert.ok(widestGap(starts.filter((at) => at < to + 300)) < 700);
      // Live, a busy machine may hold it up.
      assert.ok(widestGap(starts) < 3_000, `${widestGap(starts)} ms without a span`);

      const numbers = spans.flatMap(({ attributes }) => attributes.get('snkrs.drop.id')?.slice(-4) ?? []);
      const drops = [...new Set(numbers)].map(Number).sort((a, b) => a - b);
      assert.deepEqual(
        drops,
        drops.map((_, index) => drops[0]! + index),
      );

      const points = receivedPoints(receiver).filter(({ service }) => service !== 'event-generator');
      assert.ok(points.every(({ startsAt }) => Math.round(startsAt) === from));
      const instants = [...new Set(points.map(({ at }) => at))].sort((a, b) => a - b);
      assert.ok(widestGap(instants.filter((at) => at < to)) < 1_001);
      assert.ok(widestGap(instants) < 3_000, `${widestGap(instants)} ms without a collection`);
      const last = new Map<string, number>();
      for (const { series, count } of points.sort((a, b) => a.at - b.at)) {
        assert.ok(count >= (last.get(series) ?? 0), `${series} fell to ${count}`);
        last.set(series, count);
      }
      assert.ok(last.size > 100, `${last.size} series`);

      assert.match(generator.output(), /^history from \S+Z on: 2 drops, then live$/m);
      const [past, live] = generator.output().split(/^● live {2}2 drops of history \(8\.0 s\) in \d+\.?\d* s, \d.*$/m);
      assert.doesNotMatch(past ?? '', /DROP/);
      const told = [...(live ?? '').matchAll(/^DROP (\d+) ·/gm)].map(([, number]) => Number(number));
      assert.ok(told.length > 0 && told[0]! >= drops[2]!, `${told} of ${drops}`);

      if (shards !== '1') return;
      await using next = await startGenerator({
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        BACKFILL: '1',
        RUN_ID: 'next',
        DATA_DIR: generator.dataDir,
        ...BUSY,
        // Longer than all of the above can take.
        PRE_DROP_SECONDS: '600',
      });
      const why = /^No history: run test-run has telemetry up to .+ s ago, and a drop takes 10 min 4 s\.$/m;
      await next.printed(/^DROP 1 /m);
      assert.match(next.output(), why);
    });
  }

  test('on a time of its own it ends with its last drop, and the ledger says which time that was', async () => {
    await using receiver = await startOtlpReceiver();
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      SIMULATE_FROM: '2026-06-01T10:00:00Z',
      CYCLES: '3',
      SEED: 'history',
      ...BUSY,
    });
    assert.equal(await generator.ended, 0, generator.output());
    const { startedAt, history } = await generator.readLedger();
    assert.equal(startedAt, '2026-06-01T10:00:00.000Z');
    assert.deepEqual(history, {
      from: '2026-06-01T10:00:00.000Z',
      to: '2026-06-01T10:00:12.000Z',
      goesLive: false,
      reached: '2026-06-01T10:00:12.000Z',
    });
    assert.match(generator.output(), /^history from 2026-06-01T10:00:00\.000Z on: 3 drops$/m);
    assert.match(generator.output(), /^■ history over {2}3 drops of history \(12 s\) in /m);
    assert.doesNotMatch(generator.output(), /DROP \d/);
  });

  test('told to stop in the middle of its history it ends in order, and the ledger says how far it has come', async () => {
    await using receiver = await startOtlpReceiver();
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      BACKFILL: '60h',
    });
    await generator.printed(/then live/);
    while (receiver.takenItems('traces') === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    generator.process.kill('SIGTERM');
    assert.equal(await generator.ended, 0, generator.output());
    const { history, signals } = await generator.readLedger();
    assert.ok(history && history.reached > history.from && history.reached < history.to, JSON.stringify(history));
    assert.equal(receiver.takenItems('traces'), signals.traces.created);
    assert.doesNotMatch(generator.output(), /live {2}/);
  });
});

function widestGap(sorted: readonly number[]): number {
  return sorted.reduce((widest, at, index) => Math.max(widest, at - (sorted[index - 1] ?? at)), 0);
}
