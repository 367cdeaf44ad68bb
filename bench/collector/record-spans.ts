import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createRandom } from '../../event-generator/src/simulation/random.ts';
import { createVirtualClock } from '../../event-generator/src/simulation/virtual-clock.ts';
import { createDrop } from '../../event-generator/src/snkrs/drop.ts';
import { SERVICES } from '../../event-generator/src/snkrs/services.ts';
import { DEFAULTS } from '../../event-generator/src/snkrs/testing/simulate.ts';
import { createFleet } from '../../event-generator/src/telemetry/fleet.ts';
import { createLogRecordProcessor, createSpanProcessor } from '../../event-generator/src/telemetry/processors.ts';

const SEED = '1';
/** One whole cycle of the default settings takes less; the telemetry shall lie in the past. */
const CYCLE_MILLIS = 10 * 60_000;

/** The spans of one drop at its default settings under the Resources of its fleet, in the order they ended. The same on every call but for the times. */
export async function recordSpans(): Promise<ReadableSpan[]> {
  const spans: ReadableSpan[] = [];
  const random = createRandom(SEED);
  const fleet = createFleet({
    services: SERVICES,
    runId: 'recorded',
    random: random.fork('telemetry'),
    spanProcessor: createSpanProcessor((span) => spans.push(span)),
    logRecordProcessor: createLogRecordProcessor(() => {}),
  });
  const drop = createDrop({
    clock: createVirtualClock(Date.now() - CYCLE_MILLIS),
    random: random.fork('drop'),
    telemetry: { instance: fleet.instance, ready: () => Promise.resolve() },
    settings: DEFAULTS,
  });
  await drop.run(new AbortController().signal);
  return spans;
}
