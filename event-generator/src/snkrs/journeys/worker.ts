import pLimit from 'p-limit';
import { pickWeighted, uniform } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';
import type { DropState } from '../drop-state.ts';
import { BEHAVIOUR } from '../phases.ts';
import { JOURNEYS } from './journeys.ts';
import type { Visit } from './request.ts';

/**
 * Journeys under way together. Further workers stand in line, so that at any LOAD the memory they take has a bound, and so has what
 * they still add to the queues once those are full: some 20 spans each.
 */
const JOURNEYS_AT_A_TIME = 4_096;

/** What workers need to go on journeys: the drop that is on is looked up for each. */
export interface WorkerContext extends Omit<Visit, 'drop'> {
  drop(): DropState;
}

/**
 * What a worker does, over and over: a journey of the phase's choice, then a pause. Every journey of every worker has a
 * random stream of its own, so that one of them taking longer changes nothing for the others.
 */
export function createWorker({ drop, ...visit }: WorkerContext) {
  const streams = new Map<number, { random: Random; journeys: number }>();
  const inTurn = pLimit(JOURNEYS_AT_A_TIME);

  const goOnJourney = async (random: Random, stop: AbortSignal) => {
    await visit.platform.telemetry.ready();
    if (stop.aborted) return;
    const present = drop();
    const { think, journeys } = BEHAVIOUR[present.phase];
    await JOURNEYS[pickWeighted(random, journeys).journey]({ ...visit, drop: present, random });
    return uniform(random, think.min, think.max);
  };

  return async (worker: number, stop: AbortSignal): Promise<void> => {
    const stream = streams.get(worker) ?? { random: visit.random.fork(`worker-${worker}`), journeys: 0 };
    streams.set(worker, stream);
    const random = stream.random.fork(String(stream.journeys++));
    const thinkMillis = await inTurn(goOnJourney, random, stop);
    if (thinkMillis !== undefined) await visit.platform.clock.sleep(thinkMillis, stop);
  };
}
