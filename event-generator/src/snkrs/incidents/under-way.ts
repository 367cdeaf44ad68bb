import type { Clock, EpochMillis } from '../../simulation/clock.ts';
import { createRandom } from '../../simulation/random.ts';
import { drawOccasion, fill, fillAttributes } from '../occasion.ts';
import type { Instance, Instances } from '../platform/instance.ts';
import { logEvent } from '../platform/log.ts';
import { incidentOf } from './catalogue.ts';
import type { IncidentEvent } from './incident.ts';
import type { IncidentOrder, Occurrence } from './occurrence.ts';
import type { Overlay } from './overlay.ts';

/** The incidents of a simulation, from the order to their end. */
export interface IncidentsUnderWay {
  steer(order: IncidentOrder): void;
  /** Nothing more happens of its own accord; what is in force stays. */
  close(): void;
}

/** What incidents take place in. */
export interface IncidentSurroundings {
  readonly clock: Clock;
  readonly instances: Instances;
  readonly overlay: Overlay;
  /** The index of the slice: what all slices go through is logged in the first. */
  readonly slice: number;
  /** Hears of each occurrence as it begins, and again of one that ends before its time. */
  readonly tell: (occurrence: Occurrence) => void;
  /** The effects are others now. */
  readonly changed: () => void;
}

interface Ordered {
  readonly occurrence: Occurrence;
  readonly stopped: AbortController;
}

/** Milliseconds between two looks at effects that change as time goes by. */
const STEP = 1000;

/** None yet. */
export function createIncidentsUnderWay(surroundings: IncidentSurroundings): IncidentsUnderWay {
  const { clock, overlay, tell, changed } = surroundings;
  const known = new Map<string, Ordered>();
  const begun = new Set<string>();
  const closed = new AbortController();
  let following = false;

  const follow = async () => {
    if (following) return;
    following = true;
    while (overlay.isMoving && !closed.signal.aborted) {
      await clock.sleep(STEP, closed.signal);
      overlay.settle();
      changed();
    }
    following = false;
  };

  const begin = (occurrence: Occurrence) => {
    begun.add(occurrence.id);
    overlay.begin(occurrence, incidentOf(occurrence.kind).effects);
    changed();
    void follow();
    tell(occurrence);
  };

  const end = ({ occurrence, stopped }: Ordered) => {
    const endsAt = clock.now();
    const { id, kind } = occurrence;
    known.delete(id);
    if (!begun.delete(id)) return;
    overlay.end(id);
    changed();
    if (stopped.signal.aborted) tell({ ...occurrence, endsAt });
    for (const event of incidentOf(kind).events) {
      if (event.from === 'end') void log(event, occurrence, endsAt, closed.signal);
    }
  };

  const takePlace = async (ordered: Ordered) => {
    const { occurrence, stopped } = ordered;
    const { kind, startsAt, endsAt } = occurrence;
    const over = AbortSignal.any([stopped.signal, closed.signal]);
    for (const event of incidentOf(kind).events) {
      if (event.from !== 'end') void log(event, occurrence, startsAt, over);
    }
    if (startsAt > clock.now()) await clock.sleep(startsAt - clock.now(), over);
    if (over.aborted) return;
    begin(occurrence);
    await until(endsAt, clock, over);
    if (!over.aborted) end(ordered);
  };

  const log = async (event: IncidentEvent, occurrence: Occurrence, from: EpochMillis, over: AbortSignal) => {
    const { atSeconds, everySeconds, severity, body, attributes } = event;
    const instance = speakerOf(event, occurrence, surroundings);
    // The same in every event of the occurrence, and in every slice.
    const occasion = drawOccasion(createRandom(occurrence.seed));
    const [said, known] = [fill(body, occasion), fillAttributes(attributes, occasion)];
    let at = from + atSeconds * 1000;
    for (;;) {
      await clock.sleep(Math.max(0, at - clock.now()), over);
      if (over.aborted || (event.from !== 'end' && clock.now() >= occurrence.endsAt)) return;
      if (instance) logEvent(instance, clock.now(), severity, event.event, said, known);
      if (everySeconds === undefined) return;
      at += everySeconds * 1000;
    }
  };

  return {
    steer: (order) => {
      if (order.do === 'start') {
        const { occurrence } = order;
        if (known.has(occurrence.id) || occurrence.endsAt <= clock.now()) return;
        const ordered = { occurrence, stopped: new AbortController() };
        known.set(occurrence.id, ordered);
        void takePlace(ordered);
        return;
      }
      const ordered = known.get(order.id);
      if (ordered === undefined) return;
      ordered.stopped.abort();
      end(ordered);
    },
    close: () => closed.abort(),
  };
}

async function until(at: EpochMillis, clock: Clock, signal: AbortSignal): Promise<void> {
  if (at !== Number.POSITIVE_INFINITY) return clock.sleep(at - clock.now(), signal);
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Who logs an event: the instance that is troubled, where it is one of that service, otherwise the first there is; undefined in another slice. */
function speakerOf(
  { service }: IncidentEvent,
  { scope }: Occurrence,
  { instances, slice }: IncidentSurroundings,
): Instance | undefined {
  const isTroubled = scope.service === service && scope.instance !== undefined;
  if (!isTroubled) return slice === 0 ? instances.first(service) : undefined;
  if ((scope.slice ?? 0) !== slice) return undefined;
  return instances.all.find((instance) => instance.service === service && instance.index === scope.instance);
}
