import { z } from 'zod';
import { BACKENDS, type BackendName } from '../backends.ts';
import { FAILURE_NAMES } from '../failures.ts';
import { OPERATIONS, type OperationName } from '../operations/table.ts';
import { REGIONS, type RegionName } from '../regions.ts';
import { SERVICES, type ServiceName } from '../services.ts';
import { KNOB_NAMES } from './knobs.ts';

const positive = z.number().gt(0);
const share = z.number().min(0).max(1);
const words = z.string().min(1);
const kebab = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
const serviceName = oneOf<ServiceName>(SERVICES.map(({ name }) => name));
const regionName = oneOf<RegionName>(REGIONS.map(({ name }) => name));
// Object.keys forgets the keys of its object.
const operationName = oneOf(Object.keys(OPERATIONS) as OperationName[]);
const backendName = oneOf(Object.keys(BACKENDS) as BackendName[]);

/**
 * How an effect comes and goes while its incident is on: all of it at once; more and more; all of it for `onShare` of each period; more
 * and more in each period anew, as a leak does that a restart ends. It goes when the incident does.
 */
const shape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('step') }),
  z.strictObject({ is: z.literal('ramp'), riseSeconds: positive }),
  z.strictObject({ is: z.literal('flap'), periodSeconds: positive, onShare: share }),
  z.strictObject({ is: z.literal('sawtooth'), periodSeconds: positive }),
]);

/**
 * Whom an incident touches, and each of its effects that has no scope of its own; all, where nothing is said. `pick`: one, by chance, for
 * each occurrence; in the scope of an effect, the one that was picked for the incident. The scope `{}` of an effect is everything.
 */
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
    times: positive.optional().describe('Its own time, without what is inside, so many times'),
    plusMs: positive.optional().describe('On top of its own time'),
    errors: z
      .array(
        z.strictObject({
          failure: z.enum(FAILURE_NAMES),
          odds: share,
          latency: z
            .strictObject({ p50: positive, p99: positive })
            .optional()
            .describe("Its time to fail, as it is; where none is given, the operation's at present"),
        }),
      )
      .optional()
      .describe('On top of those it has'),
    ...always,
  }),
  z.strictObject({
    on: z.literal('backend'),
    backend: backendName,
    services: z.array(serviceName).optional().describe('Whose copies of it, where each service has its own'),
    occupy: share.optional().describe('Of its slots, held and not given back'),
    slowdown: positive.optional().describe('What is done in it takes so many times as long'),
    ...always,
  }),
  z.strictObject({ on: z.literal('knob'), knob: z.enum(KNOB_NAMES), value: z.number(), ...always }),
  z.strictObject({
    on: z.literal('clock'),
    skewMs: z.number().describe('Later, or earlier, than it is'),
    ...always,
  }),
  z.strictObject({ on: z.literal('memory'), services: z.array(serviceName), mib: positive, ...always }),
  z.strictObject({
    on: z.literal('workers'),
    times: positive.describe('So many times the shoppers at work'),
    ...always,
  }),
]);

/**
 * What is logged besides, such as a deploy: `atSeconds` from the incident's start, before it where it is negative and the incident is
 * known by then; `from` its end, after it. Every so many seconds again, until the end.
 */
const event = z.strictObject({
  atSeconds: z.number(),
  from: z.literal('end').optional(),
  everySeconds: positive.optional(),
  service: serviceName,
  severity: z.enum(['INFO', 'WARN', 'ERROR']),
  event: words,
  /** With names of what an Occasion has, as the attributes. */
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
  )
  .refine(
    (incident) =>
      incident.effects.every(
        ({ scope: own }) =>
          (own?.instance === undefined || incident.scope.instance !== undefined) &&
          (own?.region !== 'pick' || incident.scope.region !== undefined),
      ),
    { path: ['effects'], error: "expected 'pick' in an effect's scope only for what the incident's scope has" },
  )
  .refine(
    ({ effects, scope }) =>
      effects.every((effect) => {
        const { users, instance, region, version } = effect.scope ?? scope;
        const limits = effect.on === 'backend' ? (effect.services ?? instance ?? region ?? version) : undefined;
        if (effect.on === 'backend' && BACKENDS[effect.backend].scope === 'shared' && limits !== undefined)
          return false;
        return users === undefined || effect.on === 'operation' || effect.on === 'knob';
      }),
    {
      path: ['effects'],
      error:
        'expected a share of the users for operations and knobs only, and no limit for a backend that is shared: give the effect a scope of its own',
    },
  );

/** An entry of the catalogue. */
export type Incident = z.output<typeof incidentSchema>;
export type Difficulty = Incident['difficulty'];
export type Effect = Incident['effects'][number];
export type IncidentEvent = Incident['events'][number];
export type Shape = z.output<typeof shape>;

/** An enum from what a table has. */
function oneOf<Name extends string>(names: readonly Name[]) {
  return z.enum(names);
}
