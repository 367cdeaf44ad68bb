import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { freePort } from '../../test/free-port.ts';
import { Metadata, startOtlpReceiver, status } from '../../test/otlp-receiver.ts';
import { type LedgerJson, recordSpansAndLogs, startTestTelemetry } from '../../test/telemetry.ts';
import { createRealClock } from '../simulation/real-clock.ts';

const NOW = Date.UTC(2026, 7, 1, 12);
const clock = createRealClock();

suite('delivery', () => {
  test('everything arrives although every fifth call fails, and no batch is cut anew', async () => {
    await using receiver = await startOtlpReceiver((_received, call) =>
      call % 5 === 0 ? { code: status.UNAVAILABLE, details: 'try again' } : undefined,
    );
    await using run = await startTestTelemetry(receiver.endpoint);
    for (let i = 0; i < 10; i++) {
      await run.telemetry.ready();
      recordSpansAndLogs(run, 3_000, NOW);
    }
    const { signals, state } = await run.close();

    assert.deepEqual(run.reports, []);
    assert.equal(state, 'complete');
    assert.deepEqual(tallyOf(signals.traces), settled({ created: 30_000, acknowledged: 30_000 }));
    assert.deepEqual(tallyOf(signals.logs), settled({ created: 30_000, acknowledged: 30_000 }));
    assert.equal(receiver.takenItems('traces'), 30_000);
    assert.equal(receiver.takenItems('logs'), 30_000);
    assert.equal(receiver.takenItems('metrics'), signals.metrics.acknowledged);
    const failed = receiver.calls.filter((call) => !receiver.taken.includes(call));
    const taken = new Set(receiver.taken.map(({ body }) => sha(body)));
    assert.ok(failed.length >= 5, `${failed.length} calls failed`);
    const cameAgain = failed.every(({ body }) => taken.has(sha(body)));
    assert.ok(cameAgain, 'each failed body came again as it was');
  });

  test('a collector that comes late gets everything, at once, and people read one line when it is away and one when it is back', async () => {
    const port = await freePort();
    await using run = await startTestTelemetry(`http://127.0.0.1:${port}`);
    recordSpansAndLogs(run, 100, NOW);
    await until(() => run.reports.length > 0);
    await clock.sleep(1_500);
    await using receiver = await startOtlpReceiver(undefined, { port });
    await until(() => receiver.takenItems('traces') === 100 && receiver.takenItems('logs') >= 100, 6_000);
    const { signals } = await run.close();

    assert.equal(signals.traces.acknowledged, 100);
    assert.equal(run.reports.length, 2, run.reports.join('\n'));
    assert.match(
      run.reports[0] ?? '',
      new RegExp(
        `^http://127.0.0.1:${port} takes no telemetry \\(UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:${port}\\)`,
      ),
    );
    assert.match(run.reports[0] ?? '', /set OTEL_EXPORTER_OTLP_ENDPOINT\.$/);
    assert.match(run.reports[1] ?? '', /takes telemetry again after [2-5]\.\d s; 100 spans, 101 log records and/);
  });

  test('workers wait when the bound is reached, and go on when there is room', async () => {
    let open = () => {};
    const opened = new Promise<undefined>((resolve) => {
      open = () => resolve(undefined);
    });
    await using receiver = await startOtlpReceiver(() => opened);
    await using run = await startTestTelemetry(receiver.endpoint, { queueLimit: 5_000 });
    let made = 0;
    const worker = (async () => {
      for (; made < 100; made++) {
        await run.telemetry.ready();
        recordSpansAndLogs(run, 100, NOW);
      }
    })();
    await until(() => run.telemetry.waitingWorkers === 1);
    await clock.sleep(300);
    assert.equal(made, 50);
    open();
    await worker;
    const { signals } = await run.close();
    assert.deepEqual(tallyOf(signals.traces), settled({ created: 10_000, acknowledged: 10_000 }));
    const waited = receiver.taken
      .filter(({ signal }) => signal === 'metrics')
      .some(({ body }) => body.includes('snkrs.generator.wait.time'));
    assert.ok(waited);
  });

  test('a refusal for good is counted, told once, and not repeated', async () => {
    await using receiver = await startOtlpReceiver(({ signal }) =>
      signal === 'traces' ? { code: status.INVALID_ARGUMENT, details: 'no such thing' } : undefined,
    );
    await using run = await startTestTelemetry(receiver.endpoint);
    recordSpansAndLogs(run, 5_000, NOW);
    const { signals, state } = await run.close();

    assert.equal(state, 'incomplete');
    assert.deepEqual(tallyOf(signals.traces), settled({ created: 5_000, rejected: 5_000 }));
    assert.equal(receiver.calls.filter(({ signal }) => signal === 'traces').length, 3);
    assert.equal(run.reports.length, 1);
    assert.match(run.reports[0] ?? '', /refused 2,048 items of traces for good \(INVALID_ARGUMENT: no such thing\)/);
  });

  test('what a partial success leaves out is rejected, not acknowledged', async () => {
    await using receiver = await startOtlpReceiver(({ signal }) =>
      signal === 'metrics' ? undefined : { rejected: signal === 'traces' ? 3 : 7, message: 'too old' },
    );
    await using run = await startTestTelemetry(receiver.endpoint);
    recordSpansAndLogs(run, 100, NOW);
    await until(() => run.reports.length === 2);
    const { signals } = await run.close();

    assert.deepEqual(tallyOf(signals.traces), settled({ created: 100, acknowledged: 97, rejected: 3 }));
    // Both refusals are log records of the generator too, in exports of fewer than seven.
    assert.deepEqual(tallyOf(signals.logs), settled({ created: 102, acknowledged: 93, rejected: 9 }));
    assert.match(run.reports[0] ?? '', /refused 3 items of traces for good \(partial success: too old\)/);
  });

  test('each service has its part; where a partial success leaves it open whose items were refused, the ledger says so', async () => {
    let mixed = 0;
    await using receiver = await startOtlpReceiver(({ signal, items }) => {
      if (signal !== 'traces' || items !== 5) return undefined;
      mixed++;
      return { rejected: 2, message: 'too old' };
    });
    await using run = await startTestTelemetry(receiver.endpoint);
    const end = (service: string, index: number, count: number) => {
      const { tracer } = run.telemetry.instance(service, index);
      for (let i = 0; i < count; i++) tracer.startSpan('one', { startTime: [1, 0] }).end([1, 0]);
    };
    end('shop', 0, 4);
    end('shop', 1, 3);
    end('stock', 0, 2);
    await until(() => run.telemetry.counts.traces.acknowledged === 9);
    end('shop', 0, 4);
    end('stock', 0, 1);
    const { signals } = await run.close();

    assert.equal(mixed, 1);
    assert.deepEqual(tallyOf(signals.traces), settled({ created: 14, acknowledged: 12, rejected: 2 }));
    const none = { rejected: 0, dropped: 0, inFlight: 0 };
    assert.deepEqual(signals.traces.services, {
      shop: { created: 11, sent: 11, acknowledged: 7, partlyTaken: 4, ...none },
      stock: { created: 3, sent: 3, acknowledged: 2, partlyTaken: 1, ...none },
    });
    const created = (signal: 'logs' | 'metrics') =>
      Object.values(signals[signal].services).reduce((sum, service) => sum + service.created, 0);
    assert.equal(created('logs'), signals.logs.created);
    assert.equal(created('metrics'), signals.metrics.created);
    assert.deepEqual(Object.keys(signals.metrics.services), ['event-generator']);
  });

  test('a batch above the message limit is divided until it fits; a single item above it is rejected', async () => {
    await using receiver = await startOtlpReceiver(undefined, { maxMessageBytes: 64 * 1024 });
    await using run = await startTestTelemetry(receiver.endpoint);
    recordSpansAndLogs(run, 2_000, NOW);
    const { logger } = run.telemetry.instance('shop', 1);
    logger.emit({ body: 'x'.repeat(100_000), timestamp: [1, 0], observedTimestamp: [1, 0] });
    const { signals } = await run.close();

    assert.deepEqual(tallyOf(signals.traces), settled({ created: 2_000, acknowledged: 2_000 }));
    assert.equal(receiver.takenItems('traces'), 2_000);
    assert.equal(signals.logs.rejected, 1);
    assert.equal(receiver.takenItems('logs'), signals.logs.acknowledged);
  });

  test('a collector that says when to come back is left alone until then', async () => {
    const asked: number[] = [];
    await using receiver = await startOtlpReceiver(({ signal }) => {
      if (signal !== 'traces') return undefined;
      asked.push(clock.now());
      return asked.length === 1
        ? { code: status.RESOURCE_EXHAUSTED, details: 'full', metadata: retryIn700ms() }
        : undefined;
    });
    await using run = await startTestTelemetry(receiver.endpoint);
    run.telemetry
      .instance('shop', 0)
      .tracer.startSpan('one', { startTime: [1, 0] })
      .end([1, 0]);
    await until(() => run.telemetry.counts.traces.acknowledged === 1);
    await run.close();

    const waited = (asked[1] ?? 0) - (asked[0] ?? 0);
    assert.ok(waited >= 690, `came back after ${waited} ms`);
  });

  test('one call that breaks after others were turned away is no verdict', async () => {
    let calls = 0;
    await using receiver = await startOtlpReceiver(({ signal }) => {
      if (signal !== 'traces' || ++calls > 5) return undefined;
      return calls < 5
        ? { code: status.RESOURCE_EXHAUSTED, details: 'full' }
        : { code: status.INTERNAL, details: 'Received RST_STREAM with code 2' };
    });
    await using run = await startTestTelemetry(receiver.endpoint);
    recordSpansAndLogs(run, 10, NOW);
    await until(() => run.telemetry.counts.traces.acknowledged === 10);
    const { signals } = await run.close();
    assert.deepEqual(tallyOf(signals.traces), settled({ created: 10, acknowledged: 10 }));
  });

  test('when the time to end is over, the rest is dropped and counted', async () => {
    await using run = await startTestTelemetry(`http://127.0.0.1:${await freePort()}`);
    recordSpansAndLogs(run, 3_000, NOW);
    const start = clock.now();
    const { signals, state } = await run.close(500);

    assert.ok(clock.now() - start < 2_000);
    assert.equal(state, 'incomplete');
    assert.equal(signals.traces.created, 3_000);
    assert.equal(signals.traces.dropped, 3_000);
    assert.equal(signals.traces.inFlight, 0);
    assert.equal(signals.traces.services.shop?.dropped, 3_000);
    assert.equal(signals.metrics.dropped, signals.metrics.created);
  });
});

function tallyOf({ services: _, ...tally }: LedgerJson['signals']['traces']) {
  return tally;
}

function settled(counts: { created: number; acknowledged?: number; rejected?: number }) {
  return { acknowledged: 0, rejected: 0, ...counts, sent: counts.created, dropped: 0, inFlight: 0 };
}

function sha(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

async function until(condition: () => boolean, timeoutMs = 5_000): Promise<void> {
  const start = clock.now();
  while (!condition()) {
    assert.ok(clock.now() - start < timeoutMs, `${condition} within ${timeoutMs} ms`);
    await clock.sleep(10);
  }
}

/** google.rpc.Status with a RetryInfo of 700 ms, as the trailer carries it. */
function retryIn700ms(): Metadata {
  const nested = (tag: number, bytes: Buffer) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  // Duration.nanos = 700,000,000 as a varint.
  const duration = nested(0x0a, Buffer.from([0x10, 0x80, 0xce, 0xe4, 0xcd, 0x02]));
  const any = Buffer.concat([
    nested(0x0a, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    nested(0x12, duration),
  ]);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', nested(0x1a, any));
  return metadata;
}
