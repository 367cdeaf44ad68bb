import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from './clock.ts';
import { byTheClock, phaseTurns, startingNow } from './phase-machine.ts';
import { createVirtualClock } from './virtual-clock.ts';

const PHASES = [
  { name: 'calm', seconds: 60 },
  { name: 'storm', seconds: 90 },
];

const turns = (clock: Clock, cycles: number, signal = new AbortController().signal) =>
  phaseTurns(clock, PHASES, startingNow(clock.now()), cycles, signal);

test('goes through the phases at their exact times, as many rounds as asked', async () => {
  const clock = createVirtualClock(5_000);
  const seen: string[] = [];
  for await (const { cycle, phase, endsAt } of turns(clock, 2)) {
    seen.push(`${cycle.number} ${phase.name} ${clock.now()}-${endsAt}`);
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
  for await (const { startsAt } of turns(clock, 2)) {
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
  for await (const { phase } of turns(clock, 0, stop.signal)) seen.push(phase.name);
  assert.deepEqual(seen, ['calm', 'storm']);
  assert.equal(clock.now(), 100_000);
});

test('machines that go by the clock are in the same phase of the same cycle, whenever they start', async () => {
  const midnight = Date.UTC(2026, 5, 2);
  const seenFrom = async (start: number) => {
    const clock = createVirtualClock(start);
    const seen: string[] = [];
    for await (const { cycle, phase, startsAt, endsAt } of phaseTurns(
      clock,
      PHASES,
      byTheClock(start, PHASES),
      2,
      new AbortController().signal,
    )) {
      assert.equal(startsAt, clock.now());
      seen.push(`${cycle.number} ${phase.name} ${startsAt - midnight} to ${endsAt - midnight}`);
    }
    return seen;
  };
  // 150 s go 576 times into a day, so a cycle starts at midnight.
  assert.deepEqual(await seenFrom(midnight - 50_000), [
    '576 storm -50000 to 0',
    '1 calm 0 to 60000',
    '1 storm 60000 to 150000',
  ]);
  assert.deepEqual(await seenFrom(midnight + 1), [
    '1 calm 1 to 60000',
    '1 storm 60000 to 150000',
    '2 calm 150000 to 210000',
    '2 storm 210000 to 300000',
  ]);
});
