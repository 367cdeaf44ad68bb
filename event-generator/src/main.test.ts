import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { startGenerator } from '../test/generator.ts';
import { startOtlpReceiver } from '../test/otlp-receiver.ts';
import { messagesAt } from '../test/protobuf.ts';
import { createRealClock } from './simulation/real-clock.ts';
import { SIGNALS } from './telemetry/signal.ts';

const clock = createRealClock();

/** What a run may take to end when it is told to: its 10 s, and as many for a machine that has more to do. */
const END_MS = 20_000;

suite('the event-generator as a process', { concurrency: true }, () => {
  test('CYCLES=1 ends by itself, exit 0, with all it created acknowledged; no OTEL_* switch takes anything away', async () => {
    await using receiver = await startOtlpReceiver();
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      CYCLES: '1',
      SEED: '42',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=abc',
      OTEL_SDK_DISABLED: 'true',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1',
    });
    assert.equal(await generator.ended, 0, generator.output());
    const { state, seed, signals } = await generator.readLedger();

    assert.equal(state, 'complete');
    assert.equal(seed, '42');
    assert.ok(receiver.calls.every(({ metadata }) => metadata.get('x-api-key')[0] === 'abc'));
    for (const signal of SIGNALS) {
      assert.ok(signals[signal].created > 0);
      assert.equal(signals[signal].acknowledged, signals[signal].created);
      assert.equal(receiver.takenItems(signal), signals[signal].created);
    }
    const spans = receiver.taken
      .filter(({ signal }) => signal === 'traces')
      .flatMap(({ body }) => messagesAt(body, 1, 2, 2));
    assert.ok(spans.some((span) => messagesAt(span, 9).length > 5));
    assert.match(generator.output(), /run test-run · seed 42 · load 1/);
    assert.match(generator.output(), /^DROP 1 · Skyline 1 High "Varsity Red" +\$180 · \d+ pairs/m);
    assert.match(generator.output(), /^▶ DROP_LIVE {2}2 s with 40 workers$/m);
    assert.match(generator.output(), /^ +created +acknowledged +rejected +dropped +in flight$/m);
    assert.match(generator.output(), /OTEL_SDK_DISABLED, OTEL_TRACES_SAMPLER.*: set, but without effect here/);
    assert.ok(!generator.output().includes('\x1b'), 'no colour where there is no terminal');
  });

  test('SIGTERM in the middle of a drop: what was begun is ended and delivered, exit 0', async () => {
    await using receiver = await startOtlpReceiver();
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      DROP_LIVE_SECONDS: '60',
    });
    await generator.printed(/DROP_LIVE/);
    await clock.sleep(700);
    const asked = clock.now();
    generator.process.kill('SIGTERM');
    assert.equal(await generator.ended, 0, generator.output());
    assert.ok(clock.now() - asked < END_MS);
    const { signals } = await generator.readLedger();
    assert.equal(receiver.takenItems('traces'), signals.traces.created);
    assert.equal(signals.traces.acknowledged, signals.traces.created);
  });

  test('no collector, then Ctrl-C: it says so, gives up, counts what is lost, exit 1', async () => {
    await using generator = await startGenerator({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    await generator.printed(/http:\/\/127\.0\.0\.1:1 takes no telemetry .*set OTEL_EXPORTER_OTLP_ENDPOINT/);
    const asked = clock.now();
    generator.process.kill('SIGINT');
    assert.equal(await generator.ended, 1, generator.output());
    assert.ok(clock.now() - asked < END_MS);
    const { state, signals } = await generator.readLedger();
    assert.equal(state, 'incomplete');
    assert.ok(signals.traces.created > 0);
    assert.equal(signals.traces.dropped, signals.traces.created);
  });

  test('when nobody reads its lines any more it ends in order', async () => {
    await using receiver = await startOtlpReceiver();
    await using generator = await startGenerator({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
    await generator.printed(/PRE_DROP/);
    generator.process.stdout?.destroy();
    assert.equal(await generator.ended, 0, generator.output());
    const { state } = await generator.readLedger();
    assert.equal(state, 'complete');
  });

  test('a second signal ends it at once', async () => {
    await using generator = await startGenerator({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    await generator.printed(/takes no telemetry/);
    let isOver = false;
    void generator.ended.then(() => {
      isOver = true;
    });
    // Again and again: one that comes too soon after the first counts as the same.
    for (; !isOver; await clock.sleep(400)) generator.process.kill('SIGTERM');
    // Had it waited for its end in order, 1.
    assert.equal(await generator.ended, 143);
  });

  test('kill -9 in mid-load: the ledger on disk bounds what can be stored', async () => {
    await using receiver = await startOtlpReceiver(async () => {
      await clock.sleep(50);
      return undefined;
    });
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      PRE_DROP_SECONDS: '0.1',
      DROP_LIVE_SECONDS: '60',
      LOAD: '4',
    });
    await generator.printed(/DROP_LIVE/);
    for (let known = false; !known; await clock.sleep(20)) {
      const { traces, logs } = (await generator.readLedger()).signals;
      known = traces.acknowledged > 1_000 && logs.acknowledged > 0;
    }
    generator.process.kill('SIGKILL');
    assert.equal(await generator.ended, 'SIGKILL');
    await clock.sleep(200);
    const { state, signals } = await generator.readLedger();

    assert.equal(state, 'running');
    for (const signal of ['traces', 'logs'] as const) {
      const { acknowledged, sent } = signals[signal];
      const stored = receiver.takenItems(signal);
      assert.ok(
        acknowledged > 0 && acknowledged <= stored && stored <= sent,
        `${acknowledged} <= ${stored} <= ${sent}`,
      );
    }
  });

  test('wrong settings: all of them, a line each, exit 2, and nothing is left behind', async () => {
    await using generator = await startGenerator({ LOAD: '0', CYCLES: 'some', INVENTORY_MIN: '9', INVENTORY_MAX: '8' });
    assert.equal(await generator.ended, 2);
    assert.equal(
      generator.output(),
      [
        'LOAD="0": expected a number above 0, at most 1000; leave it unset for 1.',
        'CYCLES="some": expected a whole number from 0 to 1000000; leave it unset for 0.',
        'INVENTORY_MIN="9": expected at most INVENTORY_MAX, which is 8; lower the one or raise the other.',
        '',
      ].join('\n'),
    );
    assert.deepEqual(await readdir(generator.dataDir), []);
  });
});
