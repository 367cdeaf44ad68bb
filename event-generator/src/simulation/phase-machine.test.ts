import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phaseTurns } from './phase-machine.ts';
import { createVirtualClock } from './virtual-clock.ts';

const PHASES = [
  { name: 'calm', seconds: 60 },
  { name: 'storm', seconds: 90 },
];

test('goes through the phases at their exact times, as many rounds as asked', async () => {
  const clock = createVirtualClock(5_000);
  const seen: string[] = [];
  for await (const { cycle, phase, endsAt } of phaseTurns(clock, PHASES, 2, new AbortController().signal)) {
    seen.push(`${cycle} ${phase.name} ${clock.now()}-${endsAt}`);
  }
  assert.deepEqual(seen, [
    '1 calm 5000-65000',
    '1 storm 65000-155000',
    '2 calm 155000-215000',
    '2 storm 215000-305000',
  ]);
  assert.equal(clock.now(), 305_000);
});

test('what is done at the start of a phase does not make it longer', async () => {
  const clock = createVirtualClock(0);
  const starts: number[] = [];
  for await (const { startsAt } of phaseTurns(clock, PHASES, 2, new AbortController().signal)) {
    starts.push(startsAt);
    await clock.sleep(700);
  }
  assert.deepEqual(starts, [0, 60_000, 150_000, 210_000]);
  assert.equal(clock.now(), 300_000);
});

test('ends in the middle of a phase when told to stop', async () => {
  const clock = createVirtualClock(0);
  const stop = new AbortController();
  void clock.sleep(100_000).then(() => stop.abort());
  const seen: string[] = [];
  for await (const { phase } of phaseTurns(clock, PHASES, 0, stop.signal)) seen.push(phase.name);
  assert.deepEqual(seen, ['calm', 'storm']);
  assert.equal(clock.now(), 100_000);
});
