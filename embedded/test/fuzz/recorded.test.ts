import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestClickHouse } from '../clickhouse.ts';
import { startTestCollector } from '../collector.ts';
import { readRecorded, recordedCase, rowDigest } from './recorded.ts';
import { createSender } from './send.ts';
import { openStoredRows } from './stored-rows.ts';

/** A few hundred of the cases of `npm run test:fuzz`, whose verdicts the oracle has given once. */
test('mutated requests are answered, and stored to the last column, as an independent decoder has said', async (t) => {
  const { seed, verdicts } = await readRecorded();
  assert.ok(verdicts.length > 200, `${verdicts.length} verdicts`);
  const clickhouse = await startTestClickHouse();
  t.after(() => clickhouse.stop());
  const stored = await openStoredRows(clickhouse);
  t.after(() => stored.close());
  // All in one segment of each signal, so that each is a neighbour of all others.
  const collector = await startTestCollector(t, { clickhouse, tuning: { segmentMillis: 60_000 } });
  const sender = createSender(collector);
  t.after(() => sender.close());

  const answers = await Promise.all(verdicts.map((verdict) => sender.send(recordedCase(seed, verdict).request)));
  assert.deepEqual(
    answers.map(({ status }, nth) => `case ${verdicts[nth]!.number}: ${status}`),
    verdicts.map(({ number, answer }) => `case ${number}: ${answer}`),
  );
  await collector.stop();
  const { spoolBytes, traces, logs, metrics } = collector.counts();
  assert.deepEqual([spoolBytes, traces.quarantined, logs.quarantined, metrics.quarantined], [0, 0, 0, 0]);
  const rows = (await stored.read()).map(rowDigest).sort();
  assert.deepEqual(rows, verdicts.flatMap((verdict) => verdict.rows).sort());
});
