import { z } from 'zod';
import { catalogue } from '../snkrs/incidents/catalogue.ts';
import { type Key, SCOPE_DIMENSIONS } from './schemas.ts';

/** An incident as it is read from `otel.incidents`, times in milliseconds. */
export const incidentRowSchema = z.object({
  id: z.string(),
  runId: z.string(),
  kind: z.string(),
  difficulty: z.int(),
  service: z.string(),
  operation: z.string(),
  scope: z.partialRecord(z.enum(SCOPE_DIMENSIONS), z.string()),
  startedAt: z.int(),
  endedAt: z.int(),
  page: z.string(),
});

export type IncidentRow = z.output<typeof incidentRowSchema>;

/** An incident and what the catalogue has to say about its kind. */
export function toKey({ id, kind, difficulty, service, operation, scope, startedAt, endedAt }: IncidentRow): Key {
  const cause = catalogue().find((incident) => incident.kind === kind)?.cause;
  return {
    id,
    kind,
    difficulty,
    service,
    operation,
    accept: cause?.accept ?? { services: [], operations: [] },
    scope,
    from: new Date(startedAt).toISOString(),
    to: new Date(endedAt).toISOString(),
    why: cause?.why ?? '',
    keywords: cause?.keywords ?? [],
  };
}
