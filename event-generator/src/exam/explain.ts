import type { EpochMillis } from '../simulation/clock.ts';
import type { Grade } from './grade.ts';
import { type Answer, type Key, SCOPE_DIMENSIONS, type Scope } from './schemas.ts';

/** A graded answer, for people: each part with what was said and, where that is not all, what it was. `now`: when it was given. */
export function explainGrade(key: Key, answer: Answer, grade: Grade, now: EpochMillis): string[] {
  const services = [...new Set(answer.candidates.map(({ service }) => service))].join(', ');
  const operations = answer.candidates.flatMap(({ operation }) => operation ?? []).join(', ') || 'nothing said';
  const operationRemark =
    grade.service === 0 && grade.operation === 0 ? `; it was ${key.operation}` : remark(grade.operation, key.operation);
  const scope = answer.scope === undefined ? {} : answer.scope;
  return [
    line('service', grade.service, `${services}${remark(grade.service, key.service)}`),
    line('operation', grade.operation, `${operations}${operationRemark}`),
    line('scope', grade.scope, `${sayScope(scope)}${scopeRemark(key, scope, grade)}`),
    line('window', grade.window, `${sayWindow(answer, now)}; it was ${sayWindow(key, now)}`),
    line('score', grade.score, ''),
  ].map((text) => text.trimEnd());
}

/** Which of the words that evidence would have `why` has. */
export function findKeywords(key: Key, why: string): { readonly named: string[]; readonly others: string[] } {
  const text = why.toLowerCase();
  const isNamed = (keyword: string) => text.includes(keyword.toLowerCase());
  return { named: key.keywords.filter(isNamed), others: key.keywords.filter((keyword) => !isNamed(keyword)) };
}

/** `region eu-west-1`, or that there are no limits. */
export function sayScope(scope: Scope): string {
  const limits = SCOPE_DIMENSIONS.flatMap((name) => (scope[name] === undefined ? [] : [`${name} ${scope[name]}`]));
  return limits.join(', ') || 'no limits';
}

function line(part: string, share: number, text: string): string {
  return `  ${part.padEnd(9)}  ${percent(share).padStart(5)}  ${text}`;
}

/** `62 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function remark(share: number, right: string): string {
  if (share === 1) return '';
  return share === 0 ? `; it was ${right}` : `: close; it was ${right}`;
}

function scopeRemark(key: Key, said: Scope, grade: Grade): string {
  if (grade.scope === 1) return '';
  if (sayScope(key.scope) !== sayScope(said)) return `; it was ${sayScope(key.scope)}`;
  return ', which is right and counts as far as the service is';
}

/** An open end is the moment it is looked at. */
function sayWindow({ from, to }: Pick<Answer, 'from' | 'to'>, now: EpochMillis): string {
  if (from === undefined) return 'no beginning said';
  if (to === undefined || Date.parse(to) > now) return `since ${timeOf(from)}`;
  return `${timeOf(from)} to ${timeOf(to)}`;
}

/** `10:05:30`, of UTC. */
export function timeOf(instant: string | EpochMillis): string {
  return new Date(instant).toISOString().slice(11, 19);
}
