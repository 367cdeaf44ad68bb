import { z } from 'zod';
import { MAX_LOAD } from '../settings.ts';

const count = z.int().min(0);

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
  cycle: z.int().min(1).describe('Counts the drops from 1'),
  dropId: z.string(),
  sneaker: z.string(),
  phase: z.enum(['PRE_DROP', 'DROP_LIVE', 'POST_DROP']),
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

export type Load = z.output<typeof loadSchema>;
export type Status = z.output<typeof statusSchema>;
export type LedgerAnswer = z.output<typeof ledgerSchema>;
export type Problem = z.output<typeof problemSchema>;
