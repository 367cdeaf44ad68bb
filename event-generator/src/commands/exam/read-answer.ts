import { INSTANT_FORMS, parseInstant } from '../../exam/instant.ts';
import { type Answer, type Candidate, SCOPE_DIMENSIONS, type Scope, type ScopeDimension } from '../../exam/schemas.ts';
import type { EpochMillis } from '../../simulation/clock.ts';
import { SERVICES } from '../../snkrs/services.ts';
import { UsageError } from '../command.ts';

/** An answer without the page it is for. */
export type Said = Omit<Answer, 'page'>;

const ANSWER_USAGE =
  'answer --service NAME [--operation SPAN] --from TIME [--to TIME] [--scope NAME=VALUE] [--why TEXT], or nothing, to be asked';

/** Reads an answer from flags; `--service`, with its `--operation`, may come several times. Throws a {@link UsageError}. */
export function readAnswer(words: readonly string[], now: EpochMillis): Said {
  const candidates: Candidate[] = [];
  const scope: Record<string, string> = {};
  let said: Omit<Said, 'candidates' | 'scope'> = {};
  const rest = [...words];
  while (rest.length > 0) {
    const [flag = '', value = ''] = rest.splice(0, 2);
    if (value.trim() === '') throw new UsageError(`answer ${words.join(' ')}: expected ${ANSWER_USAGE}.`);
    const last = candidates.at(-1);
    if (flag === '--service') candidates.push({ service: readService(value) });
    else if (flag === '--operation' && last) candidates[candidates.length - 1] = { ...last, operation: value.trim() };
    else if (flag === '--from') said = { ...said, from: readInstant(value, now) };
    else if (flag === '--to') said = { ...said, to: readInstant(value, now) };
    else if (flag === '--scope') Object.assign(scope, readScope(value));
    else if (flag === '--why') said = { ...said, why: value };
    else throw new UsageError(`answer ${words.join(' ')}: expected ${ANSWER_USAGE}.`);
  }
  if (candidates.length === 0) throw new UsageError(`answer ${words.join(' ')}: expected ${ANSWER_USAGE}.`);
  return { candidates, scope, ...said };
}

/** A service by its name. Throws a {@link UsageError} that lists them. */
export function readService(given: string): string {
  const name = given.trim().toLowerCase();
  const names: readonly string[] = SERVICES.map((service) => service.name);
  if (names.includes(name)) return name;
  throw new UsageError(`"${given}": no such service; expected ${names.join(', ')}.`);
}

/** An instant, in full. Throws a {@link UsageError}. */
export function readInstant(given: string, now: EpochMillis): string {
  const at = parseInstant(given, now);
  if (at !== undefined) return new Date(at).toISOString();
  throw new UsageError(`"${given}": expected ${INSTANT_FORMS}.`);
}

/** Limits such as `region=eu-west-1`, several with commas between. Throws a {@link UsageError}. */
export function readScope(given: string): Scope {
  const limits = given.split(',').map((limit) => {
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(\S.*?)\s*$/.exec(limit) ?? [];
    if (isDimension(name)) return [name, value];
    throw new UsageError(
      `"${given}": expected NAME=VALUE, NAME one of ${SCOPE_DIMENSIONS.join(', ')}, such as region=eu-west-1.`,
    );
  });
  return Object.fromEntries(limits);
}

function isDimension(name: string): name is ScopeDimension {
  return (SCOPE_DIMENSIONS as readonly string[]).includes(name);
}
