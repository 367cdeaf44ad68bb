import type { EpochMillis } from '../simulation/clock.ts';
import type { IncidentScope, Occurrence } from '../snkrs/incidents/occurrence.ts';
import { servicesOf } from '../snkrs/services.ts';

/** A row of otel.incidents, as JSONEachRow has it; instants are ISO 8601. */
export interface IncidentRow {
  readonly Id: string;
  readonly RunId: string;
  readonly Kind: string;
  readonly Difficulty: number;
  readonly Hidden: boolean;
  readonly RootService: string;
  readonly RootOperation: string;
  readonly Scope: Readonly<Record<string, string>>;
  readonly StartedAt: string;
  readonly EndedAt: string;
  readonly Page: string;
  readonly Parameters: string;
  readonly WrittenAt: string;
}

/** The end of what has none yet: after every other instant there is telemetry of. */
const OPEN_END = Date.UTC(2100, 0, 1);

/** What is known of an occurrence by now. Of several rows with an id the one with the last `writtenAt` holds. */
export function toRow(occurrence: Occurrence, runId: string, writtenAt: EpochMillis): IncidentRow {
  const { id, kind, difficulty, hidden, cause, scope, startsAt, endsAt, page, parameters } = occurrence;
  return {
    Id: id,
    RunId: runId,
    Kind: kind,
    Difficulty: difficulty,
    Hidden: hidden,
    RootService: cause.service,
    RootOperation: cause.operation,
    Scope: limitsOf(scope),
    StartedAt: iso(startsAt),
    EndedAt: iso(Math.min(endsAt, OPEN_END)),
    Page: page,
    Parameters: JSON.stringify(parameters),
    WrittenAt: iso(writtenAt),
  };
}

/** The limits as the telemetry's resource attributes have them: an instance by the name of its pod. */
export function limitsOf({ service, instance, slice = 0, version, region, users }: IncidentScope) {
  const row = servicesOf({ index: slice, count: slice + 1 }).find(({ name }) => name === service);
  const pod = instance === undefined ? undefined : row?.instances[instance]?.id;
  return {
    ...(pod !== undefined && { instance: pod }),
    ...(version !== undefined && { version }),
    ...(region !== undefined && { region }),
    ...(users !== undefined && { users: String(users) }),
  };
}

function iso(at: EpochMillis): string {
  return new Date(at).toISOString();
}
