import type { IncidentsAnswer, Status } from '../../control/schemas.ts';
import { integer, pick } from '../../simulation/distributions.ts';
import type { Random } from '../../simulation/random.ts';

/** An incident that is about to be started. */
export interface Choice {
  readonly kind: string;
  readonly seconds: number;
}

/** What there is to choose from, and when. */
export interface Circumstances {
  readonly catalogue: IncidentsAnswer['catalogue'];
  readonly moment: Pick<Status, 'phase' | 'secondsLeft'>;
  /** 1 to 3; any, where none is given. */
  readonly difficulty: number | undefined;
  readonly random: Random;
}

const PHASES_OF_A_DROP = 3;

/**
 * Chooses an incident that shows in the present phase, and for so long that it does: nobody can find the beginning of what does not show yet.
 * undefined where none can now.
 */
export function chooseShowing({ catalogue, moment, difficulty, random }: Circumstances): Choice | undefined {
  const { phase, secondsLeft } = moment;
  const roomOf = ({ phases }: IncidentsAnswer['catalogue'][number]) => {
    if (!phases.includes(phase)) return 0;
    return phases.length === PHASES_OF_A_DROP ? Number.POSITIVE_INFINITY : secondsLeft;
  };
  const suitable = catalogue.filter(
    (incident) => isOf(difficulty, incident) && roomOf(incident) >= incident.seconds.min,
  );
  if (suitable.length === 0) return undefined;
  const chosen = pick(random, suitable);
  const drawn = integer(random, chosen.seconds.min, chosen.seconds.max);
  return { kind: chosen.kind, seconds: Math.floor(Math.min(drawn, roomOf(chosen))) };
}

/** Chooses any incident. undefined where none is of that difficulty. */
export function chooseAny({ catalogue, difficulty, random }: Omit<Circumstances, 'moment'>): string | undefined {
  const suitable = catalogue.filter((incident) => isOf(difficulty, incident));
  return suitable.length === 0 ? undefined : pick(random, suitable).kind;
}

function isOf(difficulty: number | undefined, incident: { readonly difficulty: number }): boolean {
  return difficulty === undefined || incident.difficulty === difficulty;
}
