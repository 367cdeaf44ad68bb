import type { IncidentsAnswer, ShownIncident, Status } from '../../control/schemas.ts';
import { duration } from '../../duration.ts';
import type { EpochMillis } from '../../simulation/clock.ts';
import type { Palette } from '../../terminal/palette.ts';

/** What there is and what is on, as lines for people. */
export function renderIncidents({ catalogue, on }: IncidentsAnswer, paint: Palette): string[] {
  const width = Math.max(...catalogue.map(({ kind }) => kind.length));
  return [
    paint.dim(`${'incident'.padEnd(width)}  difficulty  what happens`),
    ...catalogue.map(
      ({ kind, difficulty, title, phases }) =>
        `${paint.bold(kind.padEnd(width))}  ${`${difficulty} of 3`.padEnd(10)}  ${title} ${paint.dim(`(${phases.join(', ')})`)}`,
    ),
    '',
    ...(on.length === 0
      ? ['None is on that you were told of. Start one: just incident start NAME --for 2m']
      : on.map(onLine)),
  ];
}

/** What has begun, as lines for people; `status`: where the drop stands. */
export function renderStart(incident: ShownIncident, { phase, secondsLeft }: Status, paint: Palette): string[] {
  const { kind = '', phases = [], page } = incident;
  const shows = `It shows in ${phases.join(' and ')}`;
  return [
    paint.bold(onLine(incident)),
    ...(phases.includes(phase)
      ? []
      : [`${shows}; the drop is in ${phase} for another ${duration(secondsLeft * 1000)}.`]),
    `An engineer on call is told: ${page}`,
    `To end it: just incident stop ${kind}`,
  ];
}

/** What is over, as lines for people. */
export function renderStop(stopped: readonly ShownIncident[], now: EpochMillis): string[] {
  if (stopped.length === 0) return ['None was on that you were told of.'];
  return stopped.map(
    ({ kind = 'The hidden incident', startsAt }) =>
      `${kind} is over after ${duration(Math.max(0, now - Date.parse(startsAt)))}.`,
  );
}

function onLine({ kind, startsAt, endsAt, scope = {} }: ShownIncident): string {
  const limits = Object.entries(scope).map(([name, value]) => `${name} ${value}`);
  const where = limits.length === 0 ? '' : `, limited to ${limits.join(', ')}`;
  return `${kind} is on since ${time(startsAt)}, until ${endsAt === null ? 'it is stopped' : time(endsAt)}${where}.`;
}

/** `10:05:30Z` */
function time(instant: string): string {
  return `${instant.slice(11, 19)}Z`;
}
