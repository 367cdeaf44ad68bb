import type { EpochMillis } from '../simulation/clock.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DAY_MS = 24 * UNITS.h;

/** How {@link parseInstant} wants instants, for messages. */
export const INSTANT_FORMS =
  'a time of UTC such as 14:05 or 14:05:30, another such as 16:05+02:00, one so long ago such as 5m or 90s, or now';

/** A length of time: `90s`, `5m`, `1h`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,5}(?:\.\d{1,3})?)\s*([smh])$/.exec(text.trim()) ?? [];
  // The pattern has nothing but these units.
  return digits === '' ? undefined : Number(digits) * UNITS[unit as keyof typeof UNITS];
}

/** What a person says for an instant in the past: {@link INSTANT_FORMS}, or one in full (ISO 8601); undefined for anything else. */
export function parseInstant(text: string, now: EpochMillis): EpochMillis | undefined {
  const given = text.trim();
  if (given === 'now') return now;
  const ago = parseDuration(given.replace(/^-|\s*ago$/g, ''));
  if (ago !== undefined) return now - ago;
  const time = /^([01]\d|2[0-3]|\d):([0-5]\d)(?::([0-5]\d))?(?:Z|([+-])([01]\d):([0-5]\d))?$/.exec(given);
  if (time) return lastTime(time, now);
  const full = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/.exec(given);
  const at = full ? Date.parse(`${given.replace(' ', 'T')}${full[3] === undefined ? 'Z' : ''}`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The last time a clock showed that: of UTC, or so far from it. */
function lastTime([, hours, minutes, seconds = '0', sign, ...offset]: RegExpExecArray, now: EpochMillis): EpochMillis {
  const ofDay = Number(hours) * UNITS.h + Number(minutes) * UNITS.m + Number(seconds) * UNITS.s;
  const [aheadHours = '0', aheadMinutes = '0'] = offset;
  const ahead = (Number(aheadHours) * UNITS.h + Number(aheadMinutes) * UNITS.m) * (sign === '-' ? -1 : 1);
  const since = (((now + ahead - ofDay) % DAY_MS) + DAY_MS) % DAY_MS;
  return now - since;
}
