import { z } from 'zod';
import { MAX_LOAD } from '../settings.ts';

const count = z.int().min(0);
const phase = z.enum(['PRE_DROP', 'DROP_LIVE', 'POST_DROP']);

/** A day. */
export const MAX_INCIDENT_SECONDS = 86_400;

/** What PUT /load takes. */
export const loadSchema = z.strictObject({
  load: z.number().gt(0).max(MAX_LOAD).describe("Multiplies every phase's workers, from now on"),
});

/** The moment of a running drop. */
export const statusSchema = z.strictObject({
  runId: z.string().describe('snkrs.run.id of all this run sends'),
  seed: z.string(),
  startedAt: z.iso.datetime(),
  endpoint: z.string().describe('Where the telemetry goes: OTLP over gRPC'),
  shard: z
    .strictObject({ index: count, count: z.int().min(1) })
    .describe('Which of how many processes of the run this is'),
  shards: z.int().min(1).describe('Threads of this process that share the simulation'),
  load: z.number().gt(0).max(MAX_LOAD),
  simulatedAt: z.iso.datetime().nullable().describe('Where the run stands in its history; null: it is live'),
  cycle: z.int().min(1).describe('Counts the drops from 1'),
  dropId: z.string(),
  sneaker: z.string(),
  phase,
  secondsLeft: z.number().min(0).describe('Until the next phase'),
  workers: count.describe('Simulated shoppers at the same time'),
  waiting: count.describe('Workers that wait because the collector takes less than they make'),
  waitedSeconds: z.number().min(0).describe('Time all workers together have waited so far'),
  ok: count.describe('Requests of this drop that were answered with success'),
  errors: count.describe('Requests of this drop that were answered with an error'),
  inventory: count.describe('Pairs left'),
  queueDepth: count.describe('Messages not yet read, over all topics'),
  spansPerSecond: z.number().min(0).describe('Made, over the last few seconds'),
});

const difficulty = z.literal([1, 2, 3]);

/** What PUT /incidents takes. */
export const steerSchema = z.union([
  z.strictObject({
    start: z.strictObject({
      kind: z.string().max(80).describe('An incident of the catalogue, or `random` for one nobody chose'),
      seconds: z
        .number()
        .gt(0)
        .max(MAX_INCIDENT_SECONDS)
        .optional()
        .describe('Until it is stopped, where none are given; a hidden one then lasts as long as its kind does'),
      hidden: z.boolean().optional().describe('Nobody is told what it is: its row in otel.incidents says so'),
      difficulty: difficulty.optional().describe('Which ones `random` chooses from'),
    }),
  }),
  z.strictObject({
    stop: z.string().max(80).describe('Its kind, its id (a hidden one has nothing else), or `all` that are not hidden'),
  }),
]);

const shownIncidentSchema = z.strictObject({
  id: z.string().describe('Id in otel.incidents'),
  kind: z.string().optional().describe('Not told of a hidden one, nor are scope and phases'),
  difficulty,
  hidden: z.boolean(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime().nullable().describe('null: until it is stopped'),
  scope: z.record(z.string(), z.string()).optional().describe('What it is limited to; empty: nothing'),
  phases: z.array(phase).optional().describe('Where it shows'),
  page: z.string().describe('What an engineer on call is told'),
});

/** The incidents there are, and those that are on. */
export const incidentsSchema = z.strictObject({
  catalogue: z.array(
    z.strictObject({
      kind: z.string(),
      title: z.string(),
      difficulty,
      phases: z.array(phase).describe('Where it shows'),
      seconds: z.strictObject({ min: z.number(), max: z.number() }).describe('How long it lasts by itself'),
    }),
  ),
  on: z.array(shownIncidentSchema).describe('Hidden ones are not among them'),
  whyNoneHidden: z.string().nullable().describe('Why no hidden one can be started now, where that is so'),
});

/** What PUT /incidents has done. */
export const steerAnswerSchema = z.union([
  z.strictObject({ started: shownIncidentSchema }),
  z.strictObject({ stopped: z.array(shownIncidentSchema) }),
]);

const tallyShape = {
  created: count,
  sent: count.describe('Given out for export'),
  acknowledged: count.describe('The collector has them'),
  rejected: count.describe('The collector will never take them'),
  dropped: count.describe('Given up at the end'),
  inFlight: z.int(),
};
const signalSchema = z.strictObject({
  ...tallyShape,
  services: z.record(
    z.string(),
    z.strictObject({
      ...tallyShape,
      partlyTaken: count.describe('In batches of several services that the collector took in part'),
    }),
  ),
});

/** What became of everything the run has made so far. */
export const ledgerSchema = z.strictObject({
  runId: z.string(),
  path: z.string().describe('The file that holds the same, on the disk of the event-generator'),
  signals: z.strictObject({ traces: signalSchema, logs: signalSchema, metrics: signalSchema }),
});

/** Why a request was not answered: RFC 9457. */
export const problemSchema = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string().describe("The status' own words"),
  status: z.int(),
  detail: z.string().describe('What was wrong and what to do, in one line'),
});

export type Status = z.output<typeof statusSchema>;
export type LedgerAnswer = z.output<typeof ledgerSchema>;
export type ShownIncident = z.output<typeof shownIncidentSchema>;
export type IncidentsAnswer = z.output<typeof incidentsSchema>;
export type SteerAnswer = z.output<typeof steerAnswerSchema>;
export type Problem = z.output<typeof problemSchema>;
