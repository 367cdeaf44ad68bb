import type { Clock } from '../../simulation/clock.ts';
import type { IncidentOrder, Occurrence } from './occurrence.ts';

/** The incidents of a simulation, from the order to their end. */
export interface IncidentsUnderWay {
  steer(order: IncidentOrder): void;
}

/** None yet. `tell` hears of each that is ordered, and again of one that ends before its time. */
export function createIncidentsUnderWay(clock: Clock, tell: (occurrence: Occurrence) => void): IncidentsUnderWay {
  const known = new Map<string, Occurrence>();
  const stop = (id: string) => {
    const occurrence = known.get(id);
    known.delete(id);
    if (occurrence === undefined || occurrence.endsAt <= clock.now()) return;
    tell({ ...occurrence, endsAt: Math.max(occurrence.startsAt, clock.now()) });
  };
  return {
    steer: (order) => {
      if (order.do === 'stop') return stop(order.id);
      known.set(order.occurrence.id, order.occurrence);
      tell(order.occurrence);
    },
  };
}
