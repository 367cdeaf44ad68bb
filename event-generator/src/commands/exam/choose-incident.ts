import type { IncidentsAnswer, Status } from '../../control/schemas.ts';
import { pick, uniform } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';

/** An incident that can be chosen. */
export type Entry = IncidentsAnswer['catalogue'][number];

/** When an incident is to start, and for how long. */
export interface Timing {
  /** From now. */
  readonly delaySeconds: number;
  readonly seconds: number;
}

const PHASES_OF_A_DROP = 3;
/** What begins with a phase each time would be no question. */
const MAX_DELAY_SECONDS = 15;

/** Chooses an incident, of a difficulty from 1 to 3 where one is given. undefined where there is none. */
export function chooseIncident(
  catalogue: readonly Entry[],
  difficulty: number | undefined,
  random: Random,
): Entry | undefined {
  const suitable = catalogue.filter((entry) => difficulty === undefined || entry.difficulty === difficulty);
  return suitable.length === 0 ? undefined : pick(random, suitable);
}

/**
 * Plans an incident within the present phase, if it shows there, and for long enough; undefined where it does not. Nobody can find the beginning, or the
 * end, of what does not show.
 */
export function planShowing(
  { phases, seconds: { min, max } }: Entry,
  { phase, secondsLeft }: Pick<Status, 'phase' | 'secondsLeft'>,
  random: Random,
): Timing | undefined {
  if (!phases.includes(phase)) return undefined;
  const room = phases.length === PHASES_OF_A_DROP ? Number.POSITIVE_INFINITY : secondsLeft;
  if (room < min) return undefined;
  const delaySeconds = uniform(random, 0, Math.min(MAX_DELAY_SECONDS, room - min));
  return { delaySeconds, seconds: Math.floor(Math.min(uniform(random, min, max), room - delaySeconds)) };
}
