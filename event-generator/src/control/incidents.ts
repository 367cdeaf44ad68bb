import { limitsOf } from '../incident-log/to-row.ts';
import type { EpochMillis } from '../simulation/clock.ts';
import { createRandom } from '../simulation/random.ts';
import { catalogue, incidentOf, planIncident, UnknownIncidentError } from '../snkrs/incidents/catalogue.ts';
import type { Occurrence } from '../snkrs/incidents/occurrence.ts';
import { ProblemError } from './problem.ts';
import type { Controlled } from './routes.ts';
import { type IncidentsAnswer, type ShownIncident, type SteerAnswer, steerSchema } from './schemas.ts';

/** What there is, and what of it is on; nothing of what is hidden. */
export function listIncidents(controlled: Controlled): IncidentsAnswer {
  const { run, incidents, clock } = controlled;
  const now = run.status().simulatedAt ?? clock.now();
  return {
    catalogue: catalogue().map(({ kind, title, difficulty, phases, seconds }) => ({
      kind,
      title,
      difficulty,
      phases,
      seconds,
    })),
    on: incidents
      .underWay(now)
      .filter(({ hidden }) => !hidden)
      .map(show),
    whyNoneHidden: whyItCannotBe(controlled) ?? whyNoneHidden(controlled, clock.now()) ?? null,
  };
}

/** Starts or stops incidents. Throws a {@link ProblemError}. */
export function steerIncidents(body: unknown, controlled: Controlled): SteerAnswer {
  const parsed = steerSchema.safeParse(body);
  if (!parsed.success) {
    const given = JSON.stringify(body).slice(0, 80);
    throw new ProblemError(
      400,
      `${given}: expected {"start": {"kind": KIND, "seconds": N}} or {"stop": KIND}; GET /incidents has the kinds, /openapi.json all else.`,
    );
  }
  const whyNot = whyItCannotBe(controlled);
  if (whyNot !== undefined) throw new ProblemError(409, whyNot);
  return 'start' in parsed.data ? start(parsed.data.start, controlled) : stop(parsed.data.stop, controlled);
}

/** More at once would be no incident any more, and each is looked at for every operation. */
const MAX_UNDER_WAY = 20;

type StartOrder = Extract<ReturnType<typeof steerSchema.parse>, { start: unknown }>['start'];

function start({ kind, seconds, hidden = false, difficulty }: StartOrder, controlled: Controlled): SteerAnswer {
  const { description, run, incidents, clock } = controlled;
  const now = clock.now();
  const why = hidden ? whyNoneHidden(controlled, now) : undefined;
  if (why !== undefined) throw new ProblemError(409, why);
  if (incidents.underWay(now).length >= MAX_UNDER_WAY)
    throw new ProblemError(409, `${MAX_UNDER_WAY} incidents are on, which is all there may be: stop some of them.`);
  const at = Math.floor(now);
  // Its fraction, too: no two requests come at one instant.
  const random = createRandom(description.seed).fork(`incident-${now}`);
  const { shards: slices } = run.status();
  try {
    const length = seconds ?? (hidden ? 'drawn' : undefined);
    const planned = planIncident(kind, { at, seconds: length, hidden, difficulty, random, slices });
    // Those that INCIDENTS hides nobody is examined on.
    const occurrence = hidden ? { ...planned, parameters: { ...planned.parameters, exam: 1 } } : planned;
    run.steer({ do: 'start', occurrence });
    return { started: show(occurrence) };
  } catch (error) {
    throw error instanceof UnknownIncidentError ? new ProblemError(400, error.message) : error;
  }
}

/** It must be written down what it was, and who finds another one has found something, and would be graded against this. */
function whyNoneHidden({ description, incidents }: Controlled, now: EpochMillis): string | undefined {
  if (!incidents.isKept)
    return 'A hidden incident needs the log of incidents: nobody could say afterwards what it was. Set STORE_URL and STORE_PASSWORD, as npm start and just up do.';
  const scheduled = description.settings.INCIDENTS ?? 'none';
  if (scheduled !== 'none')
    return `INCIDENTS=${scheduled} brings others, which an examinee might find instead: start the drop without it.`;
  if (incidents.underWay(now).length > 0)
    return 'Another incident is on, which an examinee might find instead: stop it (just incident stop), or answer or reveal the exam under way first.';
  return undefined;
}

/** A hidden one is stopped by its id alone: by its kind, or among all, it would not be hidden any more. */
function stop(which: string, { run, incidents, clock }: Controlled): SteerAnswer {
  const now = clock.now();
  const isMeant = ({ id, kind, hidden }: Occurrence) =>
    which === id || (!hidden && (which === 'all' || which === kind));
  const stopped = incidents.underWay(now).filter(isMeant);
  if (stopped.length === 0 && which !== 'all') throw new ProblemError(404, notOn(which));
  for (const { id } of stopped) run.steer({ do: 'stop', id });
  return { stopped: stopped.map((occurrence) => show({ ...occurrence, endsAt: now })) };
}

function notOn(which: string): string {
  if (which.startsWith('inc-')) return `${which.slice(0, 80)}: no such incident is on.`;
  try {
    return `${incidentOf(which).kind} is not on.`;
  } catch (error) {
    return (error as UnknownIncidentError).message;
  }
}

/** An incident takes place in the whole run or not at all, and now: what is simulated faster than time has no now. */
function whyItCannotBe({ description, run }: Controlled): string | undefined {
  const { shard = { index: 0, count: 1 } } = description;
  const { simulatedAt } = run.status();
  if (shard.count > 1)
    return `This is process ${shard.index} of ${shard.count} of the run, and an incident must be in all of them: set INCIDENTS for each, and start them again.`;
  if (simulatedAt === undefined) return undefined;
  return `The run is making history (${new Date(simulatedAt).toISOString()}): try again when it is live. INCIDENTS puts incidents into history.`;
}

/** An occurrence for people: of a hidden one only what an engineer on call is told. */
function show({ id, kind, difficulty, hidden, startsAt, endsAt, scope, page }: Occurrence): ShownIncident {
  return {
    id,
    difficulty,
    hidden,
    startsAt: iso(startsAt),
    endsAt: endsAt === Number.POSITIVE_INFINITY ? null : iso(endsAt),
    page,
    ...(!hidden && { kind, scope: limitsOf(scope), phases: incidentOf(kind).phases }),
  };
}

function iso(at: EpochMillis): string {
  return new Date(at).toISOString();
}
