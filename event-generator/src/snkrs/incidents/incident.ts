import { z } from 'zod';
import { BACKENDS, type BackendName } from '../backends.ts';
import { FAILURE_NAMES } from '../failures.ts';
import { OPERATIONS, type OperationName } from '../operations/table.ts';
import { REGIONS, type RegionName } from '../regions.ts';
import { SERVICES, type ServiceName } from '../services.ts';

const positive = z.number().gt(0);
const share = z.number().min(0).max(1);
const words = z.string().min(1);
const kebab = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
const serviceName = oneOf<ServiceName>(SERVICES.map(({ name }) => name));
const regionName = oneOf<RegionName>(REGIONS.map(({ name }) => name));
// Object.keys forgets the keys of its object.
const operationName = oneOf(Object.keys(OPERATIONS) as OperationName[]);
const backendName = oneOf(Object.keys(BACKENDS) as BackendName[]);

/** How an effect comes and goes while its incident is on. */
const shape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('step') }),
  z.strictObject({ is: z.literal('ramp'), riseSeconds: positive }),
  z.strictObject({ is: z.literal('flap'), periodSeconds: positive, onShare: share }),
]);

/** Whom an incident, or one of its effects, touches; all, where nothing is said. `pick`: one, by chance, for each occurrence. */
const scope = z.strictObject({
  /** One instance of the cause's service. */
  instance: z.literal('pick').optional(),
  region: z.union([z.literal('pick'), regionName]).optional(),
  version: words.optional(),
  users: share.optional().describe('Share of the shoppers'),
});

const always = { shape, scope: scope.optional(), delaySeconds: positive.optional(), isDecoy: z.boolean().optional() };

const effect = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('operation'),
    operations: z.array(operationName).min(1),
    times: positive.optional().describe('Its latency, so many times'),
    plusMs: positive.optional(),
    errors: z
      .array(
        z.strictObject({
          failure: z.enum(FAILURE_NAMES),
          odds: share,
          latency: z.strictObject({ p50: positive, p99: positive }).optional(),
        }),
      )
      .optional(),
    ...always,
  }),
  z.strictObject({
    on: z.literal('backend'),
    backend: backendName,
    occupy: share.optional().describe('Of its slots, held and not given back'),
    slowdown: positive.optional(),
    ...always,
  }),
  z.strictObject({ on: z.literal('knob'), knob: words, value: z.number(), ...always }),
  z.strictObject({ on: z.literal('clock'), skewMs: z.number(), ...always }),
  z.strictObject({ on: z.literal('memory'), mib: positive, ...always }),
  z.strictObject({ on: z.literal('workers'), times: positive, ...always }),
]);

/** What is logged besides, such as a deploy: `atSeconds` from the incident's start, before it where it is negative. */
const event = z.strictObject({
  atSeconds: z.number(),
  service: serviceName,
  severity: z.enum(['INFO', 'WARN', 'ERROR']),
  event: words,
  body: words,
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** An incident of the catalogue: what goes wrong, where, how it shows, and what an engineer on call is told. A file each. */
export const incidentSchema = z
  .strictObject({
    kind: kebab,
    title: words,
    difficulty: z.literal([1, 2, 3]),
    phases: z
      .array(z.enum(['PRE_DROP', 'DROP_LIVE', 'POST_DROP']))
      .min(1)
      .describe('Where it shows'),
    seconds: z.strictObject({ min: positive, max: positive }),
    cause: z.strictObject({
      service: serviceName,
      operation: words.describe("A span's name"),
      accept: z
        .strictObject({ services: z.array(serviceName), operations: z.array(words) })
        .describe('Answers that are half right'),
      why: words,
      keywords: z.array(words),
    }),
    scope,
    effects: z.array(effect).min(1),
    events: z.array(event),
    pages: z.array(z.strictObject({ from: z.enum(['customer', 'alert']), title: words, text: words })).min(1),
    effectSize: z.strictObject({ file: words, atLeast: positive, outsideAtMost: z.number().min(0) }),
  })
  .refine(({ seconds }) => seconds.min <= seconds.max, { path: ['seconds'], error: 'expected min to be at most max' })
  .refine(
    ({ cause }) =>
      Object.values(OPERATIONS).some(({ service, span }) => service === cause.service && span === cause.operation),
    { path: ['cause'], error: 'expected a service and the name of one of its spans' },
  );

/** An entry of the catalogue. */
export type Incident = z.output<typeof incidentSchema>;
export type Difficulty = Incident['difficulty'];

/** An enum from what a table has. */
function oneOf<Name extends string>(names: readonly Name[]) {
  return z.enum(names);
}
