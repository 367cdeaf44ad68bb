import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from '../../simulation/virtual-clock.ts';
import { createCounts } from '../ledger/counts.ts';
import { createCollectorWatch } from './collector-watch.ts';
import type { ExportAcceptance, ExportFailure } from './outcome.ts';

const TAKEN: ExportAcceptance = { kind: 'accepted', rejected: 0, message: '' };
const UNAVAILABLE: ExportFailure = { kind: 'failed', code: 14, message: 'nobody there', retryAfterMs: undefined };
const EXHAUSTED: ExportFailure = { kind: 'failed', code: 8, message: 'the spool is full', retryAfterMs: 2_000 };

function startWatch() {
  const lines: string[] = [];
  const clock = createVirtualClock(Date.UTC(2026, 7, 1));
  const watch = createCollectorWatch({
    endpoint: 'http://collector:4317',
    counts: createCounts(),
    queueLimit: 65_536,
    wallClock: clock,
    report: (line) => lines.push(line),
    measure: () => {},
  });
  return { watch, clock, lines };
}

test('a collector at its bound, which takes some and refuses some, is told of once, and once when that is over', async () => {
  const { watch, clock, lines } = startWatch();
  // As a full spool does: now and then a segment is stored, and there is room for a moment.
  for (let i = 0; i < 60; i++) {
    watch.failed(EXHAUSTED);
    if (i % 3 === 0) watch.accepted('traces', TAKEN);
    await clock.sleep(1_000);
  }
  watch.accepted('metrics', TAKEN);
  assert.deepEqual(lines, [
    'http://collector:4317 is given more than it stores (RESOURCE_EXHAUSTED: the spool is full). Going on at its pace: ' +
      'with 65,536 spans or as many log records in memory, the simulation waits too.',
  ]);
  await clock.sleep(9_000);
  watch.accepted('traces', TAKEN);
  watch.accepted('traces', TAKEN);
  assert.deepEqual(lines.slice(1), [
    'http://collector:4317 has room for all telemetry again after 59.0 s; none of it is lost.',
  ]);
});

test('a collector that is away is back with the first batch it takes', async () => {
  const { watch, clock, lines } = startWatch();
  watch.failed(UNAVAILABLE);
  await clock.sleep(999);
  watch.failed(UNAVAILABLE);
  assert.deepEqual(lines, []);
  await clock.sleep(500);
  watch.failed(UNAVAILABLE);
  watch.failed(UNAVAILABLE);
  await clock.sleep(60_000);
  const { back } = watch;
  watch.accepted('logs', TAKEN);
  assert.equal(back.aborted, true);
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /^http:\/\/collector:4317 takes no telemetry \(UNAVAILABLE: nobody there\)\. Trying on/);
  assert.match(lines[1] ?? '', /takes telemetry again after 61\.5 s; 0 spans/);
});

test('refusals for good with a reason of their own each are still told once a minute', async () => {
  const { watch, clock, lines } = startWatch();
  for (let i = 0; i < 90; i++) {
    watch.refused('logs', 10, { kind: 'failed', code: 3, message: `bad batch ${i}`, retryAfterMs: undefined });
    await clock.sleep(1_000);
  }
  assert.deepEqual(
    lines.map((line) => /refused .* for good \([^)]*\)/.exec(line)?.[0]),
    [
      'refused 10 items of logs for good (INVALID_ARGUMENT: bad batch 0)',
      'refused 600 items of logs for good (INVALID_ARGUMENT: bad batch 60)',
    ],
  );
});
