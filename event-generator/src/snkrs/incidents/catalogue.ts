import { readFileSync } from 'node:fs';
import type { EpochMillis } from '../../simulation/clock.ts';
import type { Random } from '../../simulation/random.ts';
import { REGIONS } from '../regions.ts';
import { SERVICES } from '../services.ts';
import { type Difficulty, type Incident, incidentSchema } from './incident.ts';
import { incidentFile, incidentKinds } from './kinds.ts';
import type { IncidentScope, Occurrence } from './occurrence.ts';

/** An occurrence that is wanted. */
export interface IncidentPlan {
  readonly at: EpochMillis;
  /** Until it is stopped, where none are given; `drawn`: as long as its kind lasts. */
  readonly seconds?: number | 'drawn' | undefined;
  readonly hidden: boolean;
  /** Which incidents `random` may choose; all, where none is given. */
  readonly difficulty?: Difficulty | undefined;
  /** Makes the id, too. */
  readonly random: Random;
  /** Parts of the simulation: an instance belongs to one of them. */
  readonly slices: number;
}

/** No incident of the catalogue is meant. The message is one line. */
export class UnknownIncidentError extends Error {
  override name = 'UnknownIncidentError';
}

let entries: readonly Incident[] | undefined;

/** All incidents there are, the easy ones first. Throws where one of the files is not as it must be. */
export function catalogue(): readonly Incident[] {
  entries ??= incidentKinds()
    .map(readIncident)
    .sort((a, b) => a.difficulty - b.difficulty);
  return entries;
}

/** The entry of a kind. Throws an {@link UnknownIncidentError}. */
export function incidentOf(kind: string): Incident {
  const found = catalogue().find((incident) => incident.kind === kind);
  if (found) return found;
  const kinds = catalogue().map((incident) => incident.kind);
  throw new UnknownIncidentError(`"${kind.slice(0, 80)}": no such incident; expected ${kinds.join(', ')} or random.`);
}

/** Decides all there is to decide about an occurrence of `kind`, or of any. Throws an {@link UnknownIncidentError}. */
export function planIncident(kind: string, plan: IncidentPlan): Occurrence {
  const { at, seconds, hidden, random, slices } = plan;
  const incident = kind === 'random' ? anyIncident(plan) : incidentOf(kind);
  const { min, max } = incident.seconds;
  const length = seconds === 'drawn' ? Math.round(min + (max - min) * random.fork('seconds').next()) : seconds;
  const { service, operation } = incident.cause;
  const { title, text } = pick(incident.pages, random.fork('page'));
  return {
    id: `inc-${hex(random.fork('id'), 16)}`,
    kind: incident.kind,
    difficulty: incident.difficulty,
    hidden,
    startsAt: at,
    endsAt: length === undefined ? Number.POSITIVE_INFINITY : at + length * 1000,
    scope: planScope(incident, random.fork('scope'), slices),
    cause: { service, operation },
    page: `${title}: ${text}`,
    seed: hex(random.fork('seed'), 16),
    parameters: {},
  };
}

function anyIncident({ difficulty, random }: IncidentPlan): Incident {
  const suitable = catalogue().filter((incident) => difficulty === undefined || incident.difficulty === difficulty);
  if (suitable.length === 0)
    throw new UnknownIncidentError(`No incident has difficulty ${difficulty}: expected another one, or none.`);
  return pick(suitable, random.fork('kind'));
}

/** What a scope leaves to chance, decided. */
function planScope({ scope, cause }: Incident, random: Random, slices: number): IncidentScope {
  const { instance, region, version, users } = scope;
  const instances = SERVICES.find(({ name }) => name === cause.service)?.instances.length ?? 0;
  return {
    ...((instance ?? version) !== undefined && { service: cause.service }),
    ...(instance !== undefined && { instance: below(instances, random), slice: below(slices, random) }),
    ...(region !== undefined && { region: region === 'pick' ? pick(REGIONS, random).name : region }),
    ...(version !== undefined && { version }),
    ...(users !== undefined && { users }),
  };
}

function readIncident(kind: string): Incident {
  const path = incidentFile(kind);
  const parsed = incidentSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  const [issue] = parsed.error?.issues ?? [];
  if (issue) throw new Error(`${path}: ${issue.path.join('.')}: ${issue.message}`);
  if (parsed.data?.kind !== kind)
    throw new Error(`${path}: kind "${parsed.data?.kind}": expected the name of its file`);
  return parsed.data;
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => below(16, random).toString(16)).join('');
}

function pick<T>(from: readonly T[], random: Random): T {
  // Never beyond the end: next() is below 1.
  return from[below(from.length, random)] as T;
}

function below(count: number, random: Random): number {
  return Math.floor(random.next() * count);
}
