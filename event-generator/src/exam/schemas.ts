import { z } from 'zod';

/** What an incident may be limited to, and how its value is written. */
export const SCOPE_DIMENSIONS = ['region', 'instance', 'version', 'users'] as const;
export type ScopeDimension = (typeof SCOPE_DIMENSIONS)[number];

/** More candidates than these are no answer: each further one makes all of them worth less. */
const MAX_CANDIDATES = 10;
const MAX_WHY_CHARACTERS = 4_000;

const name = z.string().trim().min(1).max(200);
const instant = z.iso.datetime({ offset: true });
const scope = z
  .partialRecord(z.enum(SCOPE_DIMENSIONS), name)
  .describe(
    'What it is limited to; without an entry, everything of that service. region: cloud.region. instance: service.instance.id, the pod. version: service.version. users: their share, such as 0.2',
  );

/** What somebody holds for the cause. */
export const candidateSchema = z.strictObject({
  service: name.describe('ServiceName of the telemetry, such as order-service'),
  operation: name.optional().describe('What misbehaves there: the name of a span, as it is stored'),
});

/** An answer to one page. */
export const answerSchema = z.strictObject({
  page: name.describe('Its id in pages.json'),
  candidates: z
    .array(candidateSchema)
    .min(1)
    .max(MAX_CANDIDATES)
    .describe('Where the cause is. Of several, the best one counts, divided by how many there are'),
  from: instant.optional().describe('When the trouble began'),
  to: instant.optional().describe('When it was over'),
  scope: scope.optional(),
  why: z.string().max(MAX_WHY_CHARACTERS).optional().describe('The evidence, for people: it is not graded'),
});

/** Everything a tool has to say about a set of pages. */
export const answersSchema = z
  .strictObject({
    tool: name.optional().describe('Whose answers these are; shown in the report'),
    answers: z.array(answerSchema).describe('At most one a page. A page without one counts as not found'),
  })
  .describe("Answers to a set of click-ai's pages, as `npm run score` takes them");

/** A page: all that somebody who is to find the cause is told. */
export const pageSchema = z.strictObject({
  id: name,
  at: instant.describe('When it came, at some moment of the trouble'),
  difficulty: z.int().min(1).max(3),
  text: z.string(),
});

/** The questions of a set. */
export const pagesSchema = z.strictObject({
  from: instant.describe('Where the telemetry begins'),
  to: instant.describe('Where it ends'),
  pages: z.array(pageSchema),
});

/** What was really wrong. */
export const keySchema = z.strictObject({
  id: name,
  kind: name.describe('Its entry in the catalogue of incidents'),
  difficulty: z.int().min(1).max(3),
  service: name,
  operation: name.describe(
    "A span's name; answers may also name its row in the operation table, such as payment.stripe.charge",
  ),
  accept: z
    .strictObject({ services: z.array(name), operations: z.array(name) })
    .describe('Neighbours of the cause, which count half'),
  scope,
  from: instant,
  to: instant,
  why: z.string().describe('What happened, for people'),
  keywords: z.array(name).describe('What evidence would speak of'),
});

/** The answers to a set, to be kept from whoever is tested. */
export const keysSchema = z.strictObject({
  seed: z.string().describe('Makes the same set again, and with it the keys'),
  keys: z.array(keySchema),
});

export type Answer = z.output<typeof answerSchema>;
export type Answers = z.output<typeof answersSchema>;
export type Candidate = z.output<typeof candidateSchema>;
export type Scope = z.output<typeof scope>;
export type Page = z.output<typeof pageSchema>;
export type Pages = z.output<typeof pagesSchema>;
export type Key = z.output<typeof keySchema>;
export type Keys = z.output<typeof keysSchema>;
