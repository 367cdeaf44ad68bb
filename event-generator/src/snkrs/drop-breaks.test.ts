import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../simulation/random.ts';
import { createVirtualClock } from '../simulation/virtual-clock.ts';
import { createDrop } from './drop.ts';
import { recordTelemetry } from './testing/recorded-telemetry.ts';
import { DEFAULTS, START, simulate } from './testing/simulate.ts';

test('an error in a worker that is no failure of the platform ends the run and is thrown from it', async () => {
  const telemetry = recordTelemetry('1');
  let journeys = 0;
  const ready = async () => {
    journeys++;
    if (journeys === 20) throw new RangeError('a mistake in the code');
  };
  const drop = createDrop({
    clock: createVirtualClock(START),
    random: createRandom('1'),
    telemetry: { instance: telemetry.instance, ready },
    settings: DEFAULTS,
  });
  await assert.rejects(drop.run(new AbortController().signal), new RangeError('a mistake in the code'));
  assert.equal(telemetry.openSpans(), 0);
});

test('the smallest load leaves every phase a worker', async () => {
  const { phases } = await simulate({ load: 0.01 });
  assert.deepEqual(
    phases.map(({ workers }) => workers),
    [1, 1, 1],
  );
});
