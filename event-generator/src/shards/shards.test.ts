import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../../test/free-port.ts';
import { startGenerator } from '../../test/generator.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../test/otlp-receiver.ts';
import { messagesAt } from '../../test/protobuf.ts';
import { type ReceivedSpan, receivedSpans, resourceOf } from '../../test/received-spans.ts';
import { SIGNALS } from '../telemetry/signal.ts';

const CHECK_HEALTH = join(import.meta.dirname, '../commands/check-health.ts');

suite('a run in shards', { concurrency: true }, () => {
  test('two threads make one drop: one stock, one ledger, one banner, no id or metric stream twice, and one end', async () => {
    const port = await freePort();
    await using generator = await startGenerator({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      SHARDS: '2',
      SEED: 'two-threads',
      INVENTORY_MIN: '21',
      INVENTORY_MAX: '21',
    });
    await generator.printed(/takes no telemetry/);
    await using receiver = await startOtlpReceiver(undefined, { port });
    await generator.printed(/^■ DROP 1 over/m);
    generator.process.kill('SIGTERM');
    assert.equal(await generator.ended, 0, generator.output());
    assert.deepEqual(await readdir(join(generator.dataDir, 'runs')), ['test-run.json']);
    const { state, signals } = await generator.readLedger();
    assert.equal(state, 'complete');
    for (const signal of SIGNALS) {
      assert.ok(signals[signal].created > 0);
      assert.equal(signals[signal].acknowledged, signals[signal].created);
      assert.equal(receiver.takenItems(signal), signals[signal].created);
    }

    const spans = receivedSpans(receiver);
    assert.equal(new Set(spans.map(({ id }) => id)).size, signals.traces.created);
    const orders = spans.filter(
      ({ name, failed, attributes }) =>
        name === 'create_order' && !failed && attributes.get('snkrs.drop.id')?.endsWith('-0001'),
    );
    assert.ok(orders.length <= 21, `${orders.length} orders of 21 pairs`);
    assert.equal(new Set(orders.map(({ attributes }) => attributes.get('snkrs.order.id'))).size, orders.length);
    const drops = [...startsOfDrops(spans).keys()].map((id) => id.slice(-5));
    assert.equal(drops.filter((drop) => drop !== '-0002').join(), '-0001', 'shards are in the same drop');

    const instances = instancesByShard(receiver);
    assert.deepEqual([...instances.keys()].sort(), ['0', '1']);
    assert.equal(instances.get('0')?.size, 43, 'every instance of every service, and the generator itself');
    assert.equal(instances.get('0')?.intersection(instances.get('1') ?? new Set()).size, 0);

    assert.match(generator.output(), / run test-run · seed two-threads · load 1 · 2 threads$/m);
    assert.equal(generator.output().match(/^DROP 1 · .* 21 pairs · drop-/gm)?.length, 1);
    assert.equal(generator.output().match(/^▶ DROP_LIVE {2}2 s with 40 workers$/gm)?.length, 1);
    const [, sold] = /^■ DROP 1 over .* (\d+) orders, \d+ pairs left$/m.exec(generator.output()) ?? [];
    // What was under way when the drop was over may have become an order since.
    assert.ok(Number(sold) > 5 && Number(sold) <= orders.length, `${sold} sold, ${orders.length} orders`);
    assert.equal(generator.output().match(/ takes no telemetry .* with 65,536 spans /g)?.length, 1);
    assert.equal(generator.output().match(/ takes telemetry again /g)?.length, 1);
  });

  test('two processes of one run are in the same phase of the same drop, and share its stock', async () => {
    await using receiver = await startOtlpReceiver();
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      SEED: 'two-processes',
      SHARD_COUNT: '2',
      DROP_LIVE_SECONDS: '1',
      DROP_LIVE_WORKERS: '10',
      INVENTORY_MIN: '100',
      INVENTORY_MAX: '100',
    };
    await using first = await startGenerator({ ...settings, SHARD_INDEX: '0' });
    await using second = await startGenerator({ ...settings, SHARD_INDEX: '1' });
    // The first drop may be one that was joined in the middle; the second has been whole.
    for (const generator of [first, second]) await generator.printed(/■ DROP.*■ DROP/s);
    for (const { process } of [first, second]) process.kill('SIGTERM');
    for (const generator of [first, second]) assert.equal(await generator.ended, 0, generator.output());

    const spans = receivedSpans(receiver);
    assert.equal(new Set(spans.map(({ id }) => id)).size, spans.length);
    const drops = ['0', '1'].map((shard) =>
      startsOfDrops(spans.filter(({ resource }) => resource.get('snkrs.shard.index') === shard)),
    );
    const common = [...(drops[0]?.keys() ?? [])].filter((id) => drops[1]?.has(id));
    assert.ok(common.length >= 2, `in common: ${common}`);
    for (const id of common.slice(1)) {
      const apart = Math.abs((drops[0]?.get(id) ?? 0) - (drops[1]?.get(id) ?? 0));
      assert.ok(apart < 1_500, `${id} began ${apart} ms apart`);
    }
    assert.match(second.output(), / run test-run · seed two-processes · load 1 · shard 1 of 2$/m);
    for (const generator of [first, second]) assert.match(generator.output(), /^DROP .* 50 pairs · drop-/m);
    assert.deepEqual(await readdir(join(second.dataDir, 'runs')), ['test-run.shard-1-of-2.json']);

    // Containers that share a volume: the other's ledger is newer, and of something that delivers nothing.
    await writeFile(
      join(second.dataDir, 'runs', 'test-run.shard-0-of-2.json'),
      '{"runId":"other","acknowledgedAt":null,"signals":{}}',
    );
    const env = { ...settings, SHARD_INDEX: '1', RUN_ID: 'test-run', DATA_DIR: second.dataDir };
    const { stdout } = await promisify(execFile)(process.execPath, [CHECK_HEALTH], { env });
    assert.match(stdout, /^run test-run: [\d,]+ items acknowledged$/m);
  });
});

/** The instances whose metrics came, by shard. */
function instancesByShard(receiver: OtlpReceiver): Map<string, Set<string>> {
  const instances = new Map<string, Set<string>>();
  for (const { signal, body } of receiver.taken) {
    if (signal !== 'metrics') continue;
    for (const resource of messagesAt(body, 1).map(resourceOf)) {
      const shard = resource.get('snkrs.shard.index') ?? '';
      const known = instances.get(shard) ?? new Set();
      instances.set(shard, known.add(resource.get('service.instance.id') ?? ''));
    }
  }
  return instances;
}

/** When the first span of each drop began. */
function startsOfDrops(spans: readonly ReceivedSpan[]): Map<string, number> {
  const starts = new Map<string, number>();
  for (const { attributes, startsAt } of spans) {
    const id = attributes.get('snkrs.drop.id');
    if (id) starts.set(id, Math.min(startsAt, starts.get(id) ?? startsAt));
  }
  return starts;
}
