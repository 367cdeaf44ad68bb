import { z } from 'zod';

/** One setting: an environment variable, what it may be, and what it is when nobody says. */
export interface Setting<Value = unknown> {
  /** From the variable's text to its value. */
  readonly schema: z.ZodType<Value, string>;
  /** As one would write it; undefined where there is none, or it differs from run to run. */
  readonly default: string | undefined;
  /** What people read as the default, where that is not its text. */
  readonly defaultNote?: string;
  readonly description: string;
  /** Completes "expected …" when a value is wrong. */
  readonly expected: string;
}

/** Any text. */
export const text = z.string();

/** A whole number, written in digits. */
export function wholeNumber(min: number, max: number) {
  return text
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** A number above one and up to another, written in digits with or without a point. */
export function number(above: number, max: number) {
  return text
    .regex(/^\d{1,9}(\.\d{1,6})?$/)
    .transform(Number)
    .pipe(z.number().gt(above).max(max));
}

/** A length of time. */
export function seconds(fallback: string, description: string) {
  return {
    schema: number(0, 86_400),
    default: fallback,
    description,
    expected: 'a number of seconds above 0, at most 86400',
  } satisfies Setting<number>;
}

/** The workers of a phase. */
export function workers(fallback: string, phase: string) {
  return {
    schema: wholeNumber(1, 10_000),
    default: fallback,
    description: `Workers (simulated shoppers at the same time) in ${phase}, before LOAD multiplies them`,
    expected: 'a whole number from 1 to 10000',
  } satisfies Setting<number>;
}

/** A number of pairs of shoes. */
export function pairs(fallback: string, description: string) {
  return {
    schema: wholeNumber(1, 1_000_000),
    default: fallback,
    description,
    expected: 'a whole number from 1 to 1000000',
  } satisfies Setting<number>;
}

/** How much history comes before a live run: so many drops, or as many whole drops as fit in a time. */
export type Backfill = { readonly drops: number } | { readonly ms: number };

const MS_OF = { h: 3_600_000, m: 60_000 } as const;

/** A number of drops, or a time with its unit, up to `maxMs`. */
export function backfill(maxMs: number) {
  return text
    .regex(/^(\d{1,4}|\d{1,4}(\.\d{1,3})?[hm])$/)
    .transform((given): Backfill => {
      const unit = given.at(-1);
      return unit === 'h' || unit === 'm' ? { ms: Number.parseFloat(given) * MS_OF[unit] } : { drops: Number(given) };
    })
    .refine((wanted) => !('ms' in wanted) || (wanted.ms > 0 && wanted.ms <= maxMs));
}

/** An instant of UTC, as whole milliseconds since the epoch. */
export function instant() {
  return text.pipe(z.iso.datetime()).transform((given) => Date.parse(given));
}

/** Which incidents trouble a run. `each`: one in every drop; `random`: in most; `planned`: these, at so many seconds into the run. */
export type IncidentsSetting =
  | { readonly kind: 'none' | 'random' | 'each' }
  | { readonly kind: 'planned'; readonly incidents: readonly PlannedIncident[] };

/** An incident by its kind, from `atSeconds` into the run on, for `forSeconds`. */
export interface PlannedIncident {
  readonly incident: string;
  readonly atSeconds: number;
  readonly forSeconds: number;
}

/** `none`, `random`, `each`, or `KIND@SECONDS+SECONDS`, several with commas between. */
export function incidents() {
  return text
    .regex(/^(none|random|each|[a-z-]+@\d{1,6}\+\d{1,6}(,[a-z-]+@\d{1,6}\+\d{1,6})*)$/)
    .transform((given): IncidentsSetting => {
      if (given === 'none' || given === 'random' || given === 'each') return { kind: given };
      return { kind: 'planned', incidents: given.split(',').map(plannedIncident) };
    });
}

function plannedIncident(given: string): PlannedIncident {
  const [incident = '', atSeconds, forSeconds] = given.split(/[@+]/);
  return { incident, atSeconds: Number(atSeconds), forSeconds: Number(forSeconds) };
}

/**
 * Whether `given` is an address the OTLP gRPC exporters understand as it is written: they drop a path without a word and take
 * 443 for a missing port.
 */
export function isEndpoint(given: string): boolean {
  const url = URL.parse(given);
  if (url === null || url.pathname !== '/' || url.search !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.port !== '');
}

/** Whether `given` is the address of an HTTP server and nothing more: what else an address can hold would change how it is asked. */
export function isHttpAddress(given: string): boolean {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return false;
  return url.pathname === '/' && url.username + url.password + url.search + url.hash === '';
}
