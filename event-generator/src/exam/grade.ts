import type { EpochMillis } from '../simulation/clock.ts';
import { namesOperation } from './operation-names.ts';
import { type Answer, type Candidate, type Key, SCOPE_DIMENSIONS, type Scope, type ScopeDimension } from './schemas.ts';

/** What an answer is worth, each part from 0 to 1. */
export interface Grade {
  readonly service: number;
  readonly operation: number;
  readonly scope: number;
  /** How far the windows overlap: their intersection over their union. */
  readonly window: number;
  /** The parts by their {@link WEIGHTS}. */
  readonly score: number;
}

/** How much each part of a grade counts. */
export const WEIGHTS = { service: 0.4, operation: 0.25, scope: 0.15, window: 0.2 } as const;

/** No answer at all. */
export const NOTHING: Grade = { service: 0, operation: 0, scope: 0, window: 0, score: 0 };

/** What an accepted neighbour of the cause is worth. */
const NEIGHBOUR = 0.5;

/** How far a share of users may be off. */
const USERS_TOLERANCE = 0.1;

/**
 * Holds an answer against the key. Of several candidates the best counts, divided by how many there are, so that blaming everybody finds nothing: the
 * service by how many services, the operation by how many candidates. The operation counts only beside its own service, and the scope as far as the
 * service does: the right limits of the wrong thing are worth nothing.
 * `now`: when the answer was given, for trouble that may be going on; nobody is asked about the time after it, and an answer without `to` means until then.
 */
export function grade(key: Key, answer: Answer, now?: EpochMillis): Grade {
  const marks = answer.candidates.map((candidate) => markCandidate(key, candidate));
  const best = (part: 'service' | 'operation', among: number) =>
    Math.max(0, ...marks.map((mark) => mark[part])) / among;
  const services = new Set(answer.candidates.map((candidate) => candidate.service.trim().toLowerCase()));
  const service = best('service', services.size);
  const parts = {
    service,
    operation: best('operation', marks.length),
    scope: service * markScope(key.scope, answer.scope ?? {}),
    window: overlap(key, answer, now),
  };
  const score =
    WEIGHTS.service * parts.service +
    WEIGHTS.operation * parts.operation +
    WEIGHTS.scope * parts.scope +
    WEIGHTS.window * parts.window;
  return { ...parts, score };
}

function markCandidate(key: Key, { service, operation }: Candidate): { service: number; operation: number } {
  const own = markName(sameText, [key.service, key.accept.services], service);
  if (own === 0 || operation === undefined) return { service: own, operation: 0 };
  return { service: own, operation: markName(namesOperation, [key.operation, key.accept.operations], operation) };
}

function markName(
  isNamed: (known: string, given: string) => boolean,
  [right, neighbours]: readonly [string, readonly string[]],
  given: string,
): number {
  if (isNamed(right, given)) return 1;
  return neighbours.some((neighbour) => isNamed(neighbour, given)) ? NEIGHBOUR : 0;
}

/** How many of the limits that either of them names they agree on; 1 where there are none. */
function markScope(key: Scope, given: Scope): number {
  const named = SCOPE_DIMENSIONS.filter((dimension) => key[dimension] !== undefined || given[dimension] !== undefined);
  if (named.length === 0) return 1;
  const marks = named.map((dimension) => markLimit(dimension, key[dimension], given[dimension]));
  return marks.reduce((sum, mark) => sum + mark, 0) / named.length;
}

function markLimit(dimension: ScopeDimension, key: string | undefined, given: string | undefined): number {
  if (key === undefined || given === undefined) return 0;
  if (dimension !== 'users') return sameText(key, given) ? 1 : 0;
  // That only some are affected is half of what there is to find.
  return Math.abs(toShare(key) - toShare(given)) <= USERS_TOLERANCE ? 1 : NEIGHBOUR;
}

/** `0.2` or `20%`. */
function toShare(text: string): number {
  const value = Number.parseFloat(text);
  return text.trim().endsWith('%') || value > 1 ? value / 100 : value;
}

function overlap(key: Key, answer: Answer, now: EpochMillis = Number.POSITIVE_INFINITY): number {
  if (answer.from === undefined) return 0;
  const [keyFrom, keyTo] = [Date.parse(key.from), Math.min(Date.parse(key.to), now)];
  const from = Date.parse(answer.from);
  const to = answer.to === undefined ? now : Math.min(Date.parse(answer.to), now);
  const union = Math.max(keyTo, to) - Math.min(keyFrom, from);
  const both = Math.min(keyTo, to) - Math.max(keyFrom, from);
  return both > 0 && Number.isFinite(union) ? both / union : 0;
}

function sameText(known: string, given: string): boolean {
  return known.trim().toLowerCase() === given.trim().toLowerCase();
}
