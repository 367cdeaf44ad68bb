import type { IncidentsSetting } from '../../setting.ts';
import type { EpochMillis } from '../../simulation/clock.ts';
import { type Cycle, cycleMs } from '../../simulation/phase-machine.ts';
import type { Random } from '../../simulation/random.ts';
import type { PhaseRow } from '../drop-settings.ts';
import { catalogue, planIncident } from './catalogue.ts';
import type { Incident } from './incident.ts';
import type { Occurrence } from './occurrence.ts';

/** What a schedule of incidents is made for. Slices of the same find the same. */
export interface IncidentSchedule {
  readonly setting: IncidentsSetting;
  readonly phases: readonly PhaseRow[];
  /** The stream that all slices have in common. */
  readonly random: Random;
  /** Parts of the simulation. */
  readonly slices: number;
}

/** Of 10 drops, how many have an incident where it is up to chance. */
const TROUBLED = 0.7;
/** No incident takes more of a phase than this, so that the phase shows it coming or going. */
const SHARE_OF_PHASE = 0.9;

/** The incidents that were planned for a run that starts at `start`. Throws an UnknownIncidentError. */
export function plannedIncidents({ setting, random, slices }: IncidentSchedule, start: EpochMillis): Occurrence[] {
  if (setting.kind !== 'planned') return [];
  return setting.incidents.map(({ incident, atSeconds, forSeconds }, index) =>
    planIncident(incident, {
      at: start + atSeconds * 1000,
      seconds: forSeconds,
      hidden: false,
      random: random.fork(`planned-${index}`),
      slices,
    }),
  );
}

/**
 * The incidents of a cycle: at most one, where chance decides on them. Kinds come like cards that are dealt: none twice before all have
 * come, and none twice running.
 */
export function incidentsOfCycle(schedule: IncidentSchedule, { startsAt }: Cycle): Occurrence[] {
  const { setting, phases, random, slices } = schedule;
  if (setting.kind !== 'each' && setting.kind !== 'random') return [];
  const stream = random.fork(`cycle-${startsAt}`);
  if (setting.kind === 'random' && stream.fork('whether').next() >= TROUBLED) return [];
  const incident = dealt(Math.floor(startsAt / cycleMs(phases)), random);
  const { at, seconds } = placeIn(incident, phases, startsAt, stream.fork('when'));
  return [planIncident(incident.kind, { at, seconds, hidden: true, random: stream, slices })];
}

function dealt(round: number, random: Random): Incident {
  const kinds = catalogue();
  const deal = Math.floor(round / kinds.length);
  const [cards, before] = [shuffled(kinds, random, deal), shuffled(kinds, random, deal - 1)];
  // The last one stays where it is, since the next deal looks at it.
  if (cards[0] === before.at(-1)) [cards[0], cards[1]] = [cards[1]!, cards[0]!];
  // The remainder is below the number of kinds.
  return cards[round - deal * kinds.length] as Incident;
}

function shuffled<T>(items: readonly T[], random: Random, deal: number): T[] {
  const stream = random.fork(`deal-${deal}`);
  const keyed = items.map((item) => ({ item, key: stream.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** A time in one of the phases in which the incident shows. */
function placeIn(
  { phases: names, seconds: { min, max } }: Incident,
  phases: readonly PhaseRow[],
  from: EpochMillis,
  random: Random,
) {
  const suitable = phases.filter(({ name }) => names.includes(name));
  const phase = suitable[Math.floor(random.next() * suitable.length)] ?? phases[0];
  if (phase === undefined) throw new RangeError('a cycle without phases: expected at least one');
  const wanted = Math.round(min + (max - min) * random.next());
  const seconds = Math.min(wanted, phase.seconds * SHARE_OF_PHASE);
  const before = cycleMs(phases.slice(0, phases.indexOf(phase)));
  const at = from + before + Math.round((phase.seconds - seconds) * random.next() * 1000);
  return { at, seconds };
}
