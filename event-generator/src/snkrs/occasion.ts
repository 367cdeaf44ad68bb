import { integer } from '../simulation/distributions.ts';
import type { Random } from '../simulation/random.ts';

/** What is different each time something is logged of: a text says `{build}` where it wants one of them. */
export interface Occasion {
  /** Builds are texts in attributes. */
  readonly build: string;
  readonly previous: string;
  /** Of another service. */
  readonly other: string;
  readonly number: number;
}

/** The value of an attribute. */
type Value = string | number | boolean;

/** Draws what is different about an occasion. */
export function drawOccasion(random: Random): Occasion {
  const build = integer(random, 1_200, 9_800);
  return {
    build: String(build),
    previous: String(build - integer(random, 3, 40)),
    other: String(integer(random, 1_200, 9_800)),
    number: integer(random, 10_000, 60_000),
  };
}

/** The text with the occasion's values in place of their names. */
export function fill(text: string, occasion: Occasion): string {
  return Object.entries(occasion).reduce(
    (filled, [name, value]) => filled.replaceAll(`{${name}}`, String(value)),
    text,
  );
}

/** Attributes filled in like texts; one that is nothing but a name has the value's type. */
export function fillAttributes(attributes: Readonly<Record<string, Value>>, occasion: Occasion): Record<string, Value> {
  const filled = (value: Value) => {
    if (typeof value !== 'string') return value;
    return value === '{number}' ? occasion.number : fill(value, occasion);
  };
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, filled(value)]));
}
