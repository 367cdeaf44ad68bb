import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type BackfillQuestion, type Occupied, planBackfill } from './plan-backfill.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const [MINUTE, HOUR] = [60_000, 3_600_000];

function run(runId: string, from: number, to: number, isRunning = false): Occupied {
  return { runId, from: NOON + from * MINUTE, to: NOON + to * MINUTE, isRunning };
}

/** From when on, in minutes from noon, how many drops of 3.5 minutes; or why none. */
function plan(range: BackfillQuestion['range'], occupied: readonly Occupied[] = [], lifetimeMs = 72 * HOUR) {
  const planned = planBackfill({ now: NOON, cycleMs: 3.5 * MINUTE, range, occupied, lifetimeMs });
  return 'why' in planned ? planned.why : [(planned.from - NOON) / MINUTE, planned.cycles];
}

suite('a backfill', () => {
  test('takes whole drops, up to where telemetry begins that reaches up to now', () => {
    assert.deepEqual(plan({ ms: HOUR }), [-59.5, 17]);
    const live = run('live', -10, 0, true);
    assert.deepEqual(plan({ ms: HOUR }, [live]), [-69.5, 17]);
    assert.deepEqual(plan({ ms: HOUR }, [run('earlier', -69.5, -10), live]), [-129, 17]);
    // Killed three minutes ago: no drop would fit after it.
    assert.deepEqual(plan({ ms: HOUR }, [run('killed', -20, -3)]), [-79.5, 17]);
  });

  test('goes where it is told to', () => {
    const live = run('live', -10, 0, true);
    assert.deepEqual(plan({ from: NOON - 2 * HOUR }, [live]), [-120, 31]);
    assert.deepEqual(plan({ from: NOON - 2 * HOUR, to: NOON - HOUR }, [live]), [-120, 17]);
    assert.deepEqual(plan({ ms: 7 * MINUTE, to: NOON - HOUR }, [live]), [-67, 2]);
    assert.deepEqual(plan({ ms: 8 * MINUTE, from: NOON - HOUR }, [live]), [-60, 2]);
  });

  test('says why it goes nowhere, and what fits', () => {
    assert.equal(plan({ ms: 3 * MINUTE }), 'a drop takes 3 min 30 s: expected the time of one at least.');
    assert.equal(
      plan({ from: NOON, ms: HOUR }),
      '2026-06-01T13:00:00.000Z has not come yet: expected a time up to now, 2026-06-01T12:00:00.000Z.',
    );
    assert.equal(
      plan({ ms: HOUR }, [run('earlier', -60, -30)]),
      'run earlier has telemetry from 2026-06-01T11:00:00.000Z to 2026-06-01T11:30:00.000Z. The longest that fits: just backfill 28m. Before it: --to 2026-06-01T11:00:00.000Z.',
    );
    assert.equal(
      plan({ ms: HOUR, to: NOON - 5 * MINUTE }, [run('live', -10, 0, true)]),
      'run live has telemetry from 2026-06-01T11:50:00.000Z on. Before it: --to 2026-06-01T11:50:00.000Z.',
    );
    assert.equal(
      plan({ ms: 80 * HOUR }),
      'ClickHouse keeps telemetry for 72 h, and this would begin 79 h 59 min ago. The longest that fits: just backfill 71.8h.',
    );
    assert.deepEqual(plan({ ms: 71.8 * HOUR }), [-4305, 1230]);
    assert.match(String(plan({ ms: HOUR }, [run('all', -4310, 0, true)])), /Nothing fits before what there is\.$/);
  });
});
