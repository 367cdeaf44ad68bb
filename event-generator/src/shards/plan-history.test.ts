import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type HistoryQuestion, planHistory } from './plan-history.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;

const plan = (question: Partial<HistoryQuestion>) => {
  const { from, cycles, why } = planHistory({
    now: NOON + 0.25,
    cycleMs: 3.5 * MINUTE,
    wanted: { drops: 1 },
    isAsked: true,
    load: 1,
    processes: 1,
    occupied: undefined,
    ...question,
  });
  return [(NOON - from) / MINUTE, cycles, why];
};
const occupiedUntil = (minutesAgo: number) => ({ runId: 'before', at: NOON - minutesAgo * MINUTE });

suite('how much history a run makes', () => {
  test('whole drops up to the millisecond it starts in', () => {
    assert.deepEqual(plan({}), [3.5, 1, undefined]);
    assert.deepEqual(plan({ wanted: { drops: 0 } }), [0, 0, undefined]);
    assert.deepEqual(plan({ wanted: { ms: 60 * MINUTE } }), [59.5, 17, undefined]);
    assert.deepEqual(plan({ wanted: { ms: MINUTE } }), [3.5, 1, undefined]);
  });

  test('none over the telemetry of another run', () => {
    assert.deepEqual(plan({ occupied: occupiedUntil(3.5) }), [3.5, 1, undefined]);
    assert.deepEqual(plan({ occupied: occupiedUntil(1) }), [
      0,
      0,
      'No history: run before has telemetry up to 1 min ago, and a drop takes 3 min 30 s.',
    ]);
    assert.deepEqual(plan({ wanted: { drops: 9 }, occupied: occupiedUntil(8) }), [
      7,
      2,
      'Only 2 drops of history: run before has telemetry up to 8 min ago, and a drop takes 3 min 30 s.',
    ]);
    assert.deepEqual(plan({ occupied: occupiedUntil(-1) }).slice(0, 2), [0, 0]);
  });

  test('none that ClickHouse would soon throw away', () => {
    assert.deepEqual(plan({ wanted: { drops: 5_000 } }), [
      4259.5,
      1_217,
      'Only 1,217 drops of history: a drop takes 3 min 30 s, and none is made that is older than 71 h.',
    ]);
  });

  test('none unasked that the machine might not catch up with', () => {
    assert.deepEqual(plan({ load: 20, isAsked: false }), [
      0,
      0,
      'No history: LOAD=20 may be more than it can catch up with; set BACKFILL to have some all the same.',
    ]);
    assert.deepEqual(plan({ load: 20 }), [3.5, 1, undefined]);
    assert.deepEqual(plan({ load: 8, isAsked: false }), [3.5, 1, undefined]);
  });

  test('none where processes share the run, which is only said where somebody asked for it', () => {
    assert.deepEqual(plan({ processes: 2 }), [
      0,
      0,
      'No history: 2 processes have no start in common; set SIMULATE_FROM to make some beforehand.',
    ]);
    assert.deepEqual(plan({ processes: 2, isAsked: false }), [0, 0, undefined]);
  });
});
