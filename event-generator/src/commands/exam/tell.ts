import { findKeywords, sayScope, timeOf } from '../../exam/explain.ts';
import type { EpochMillis } from '../../simulation/clock.ts';
import type { Palette } from '../../terminal/palette.ts';
import type { Exam } from './exam-store.ts';

/** What an engineer on call is told, as lines. */
export function tellPage({ page, key }: Exam, paint: Palette): string[] {
  return [paint.bold(`EXAM · difficulty ${key.difficulty} of 3`), '', ...page.split('\n').map((line) => `  ${line}`)];
}

/** What to do with a page, as lines. */
export function tellTask(paint: Palette): string[] {
  return [
    '',
    'It has begun: its signs are in the telemetry, or come within minutes. Look in HyperDX, or with just query and just sql: which service',
    'is the cause, what misbehaves there, since when, and is only a part of it affected?',
    paint.dim('When you know: just answer. To give up: just reveal.'),
  ];
}

/** The truth, as lines. `now`: when it is told. */
export function tellTruth({ key, title }: Exam, now: EpochMillis): string[] {
  const end = Date.parse(key.to) > now ? 'until now' : `to ${timeOf(key.to)} UTC`;
  return [
    `What it was: ${title} (${key.kind})`,
    `  ${key.service}, ${key.operation}, ${sayScope(key.scope)}, from ${timeOf(key.from)} ${end}`,
    ...(key.why === '' ? [] : [`  ${key.why}`]),
  ];
}

/** What the evidence somebody gave speaks of, as a line; none where they gave none. */
export function tellKeywords({ key }: Exam, why: string | undefined): string[] {
  if (why === undefined || key.keywords.length === 0) return [];
  const { named, others } = findKeywords(key, why);
  if (named.length === 0) return [`Your reasons speak of none of ${others.join(', ')}.`];
  const rest = others.length === 0 ? '' : `, not of ${others.join(', ')}`;
  return [`Your reasons speak of ${named.join(', ')}${rest}.`];
}
