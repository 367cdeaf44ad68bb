import { createRandom } from '../../simulation/random.ts';
import { type Slice, WHOLE } from '../../simulation/slice.ts';
import { createVirtualClock } from '../../simulation/virtual-clock.ts';
import { createDrop } from '../drop.ts';
import type { DropStatus, DropSummary, PhaseStart } from '../drop-report.ts';
import type { DropSettings } from '../drop-settings.ts';
import type { IncidentOrder, Occurrence } from '../incidents/occurrence.ts';
import type { PhaseName } from '../phases.ts';
import { millis, type RecordedSpan, type RecordedTelemetry, recordTelemetry } from './recorded-telemetry.ts';

/** The default settings, for one whole cycle. */
export const DEFAULTS: DropSettings = {
  load: 1,
  cycles: 1,
  phases: {
    preDrop: { seconds: 60, workers: 5 },
    dropLive: { seconds: 90, workers: 40 },
    postDrop: { seconds: 60, workers: 8 },
  },
  inventory: { min: 300, max: 700 },
  incidents: { kind: 'none' },
};

/** A simulation that has run, and all it said. */
export interface Simulated {
  readonly telemetry: RecordedTelemetry;
  readonly phases: readonly (PhaseStart & { readonly at: number; readonly status: DropStatus })[];
  readonly summaries: readonly DropSummary[];
  /** What was told of incidents, in turn. */
  readonly incidents: readonly Occurrence[];
  /** In milliseconds since the start. */
  readonly endedAt: number;
  /** Spans that started in a phase of the first cycle. */
  spansOf(phase: PhaseName): RecordedSpan[];
}

/** A Monday morning. */
export const START = Date.UTC(2026, 5, 1, 10);

/** What is done to a simulation, and to which part of one. */
export interface Meddling {
  readonly seed?: string;
  readonly slice?: Slice;
  /** In milliseconds since the start. */
  readonly abortAt?: number;
  readonly loads?: readonly { readonly at: number; readonly load: number }[];
  readonly orders?: readonly { readonly at: number; readonly order: IncidentOrder }[];
}

/** Runs drops on the virtual clock. */
export async function simulate(
  settings: Partial<DropSettings> = {},
  { seed = '1', slice = WHOLE, abortAt, loads = [], orders = [] }: Meddling = {},
): Promise<Simulated> {
  const clock = createVirtualClock(START);
  const telemetry = recordTelemetry(slice === WHOLE ? seed : `${seed}/${slice.index}`, slice);
  const phases: (PhaseStart & { at: number; status: DropStatus })[] = [];
  const summaries: DropSummary[] = [];
  const incidents: Occurrence[] = [];
  const drop = createDrop({
    clock,
    random: createRandom(seed),
    telemetry,
    slice,
    settings: { ...DEFAULTS, ...settings },
    observer: {
      dropStarted: () => {},
      phaseStarted: (phase) => phases.push({ ...phase, at: clock.now() - START, status: drop.status() }),
      dropEnded: (summary) => summaries.push(summary),
      incidentChanged: (occurrence) => incidents.push(occurrence),
    },
  });
  const stop = new AbortController();
  if (abortAt !== undefined) void clock.sleep(abortAt).then(() => stop.abort());
  for (const { at, load } of loads) void clock.sleep(at).then(() => drop.setLoad(load));
  for (const { at, order } of orders) void clock.sleep(at).then(() => drop.steer(order));
  await drop.run(stop.signal);
  return {
    telemetry,
    phases,
    summaries,
    incidents,
    endedAt: clock.now() - START,
    spansOf(phase) {
      const index = phases.findIndex((start) => start.phase === phase);
      const from = START + (phases[index]?.at ?? Number.NaN);
      const to = START + (phases[index + 1]?.at ?? Number.POSITIVE_INFINITY);
      return telemetry.spans.filter(({ span }) => millis(span.startTime) >= from && millis(span.startTime) < to);
    },
  };
}
