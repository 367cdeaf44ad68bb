import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../simulation/random.ts';
import { createVirtualClock } from '../../simulation/virtual-clock.ts';
import { createDrop } from '../drop.ts';
import { recordTelemetry } from '../testing/recorded-telemetry.ts';
import { DEFAULTS, START } from '../testing/simulate.ts';

test('however many workers there are, 4,096 journeys are under way at most, and all workers come round', async () => {
  const clock = createVirtualClock(START);
  const telemetry = recordTelemetry('1');
  const stop = new AbortController();
  const started: (() => void)[] = [];
  const ready = () => new Promise<void>((resolve) => started.push(resolve));
  const drop = createDrop({
    clock,
    random: createRandom('1'),
    telemetry: { instance: telemetry.instance, ready },
    settings: { ...DEFAULTS, load: 1_000 },
  });
  const over = drop.run(stop.signal);
  await clock.sleep(10);
  assert.equal(drop.status().workers, 5_000);
  assert.equal(started.length, 4_096);

  stop.abort();
  for (let next = 0; next < started.length; next++) {
    started[next]?.();
    // Whoever was in line comes next.
    if (next === started.length - 1) await clock.sleep(10);
  }
  await over;
  assert.ok(started.length >= 5_000, `${started.length} workers came round`);
});
