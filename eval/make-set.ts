import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePorts } from '../embedded/test/clickhouse.ts';
import { type IncidentRow, incidentRowSchema, toKey } from '../event-generator/src/exam/key.ts';
import type { Keys, Page, Pages } from '../event-generator/src/exam/schemas.ts';
import { createRandom } from '../event-generator/src/simulation/random.ts';
import { answerNaively } from './baseline.ts';
import { makeTelemetry } from './make-telemetry.ts';
import { SetError } from './set-error.ts';
import { jsonSchemas, setPaths, writeJsonFile } from './set-files.ts';
import { type Store, withStore } from './with-store.ts';

/** Which set. */
export interface SetOptions {
  readonly directory: string;
  /** Pages; one in each drop. */
  readonly n: number;
  readonly seed: string;
  /** Where its telemetry begins: ISO 8601. */
  readonly from: string;
  /** Takes lines for people. */
  readonly print: (line: string) => void;
  readonly stop: AbortSignal;
}

const PORTS = [
  'CLICKHOUSE_HTTP_PORT',
  'CLICKHOUSE_TCP_PORT',
  'OTLP_GRPC_PORT',
  'OTLP_HTTP_PORT',
  'HYPERDX_PORT',
] as const;

/** The same in every set: a name from the seed would give the seed away. */
const RUN_ID = 'eval';

/** When in the trouble its page comes, as shares of it. */
const PAGED = { earliest: 0.3, latest: 0.9 };

/** Makes a set: telemetry with an incident in each drop, the pages, and the keys apart from them. Throws a {@link SetError}. */
export async function makeSet({ directory, n, seed, from, print, stop }: SetOptions): Promise<void> {
  const paths = setPaths(directory);
  if ((await entriesOf(directory)).length > 0)
    throw new SetError(`--out ${directory}: expected a new or an empty directory.`);
  print(`Making ${n} pages with seed ${seed} in ${directory}: a drop each, from ${from} on.`);
  await mkdir(paths.key, { recursive: true });
  const settings = await freePortSettings();
  await withStore({ directory: paths.store, settings, print, stop }, async (store) => {
    await keepForEver(store);
    const wanted = { SEED: seed, SIMULATE_FROM: from, CYCLES: String(n), INCIDENTS: 'each' };
    await makeTelemetry({ store, runId: RUN_ID, settings: wanted, print, stop });
    const incidents = z.array(incidentRowSchema).parse(await store.rows('incidents.sql'));
    if (incidents.length !== n) throw new SetError(`The telemetry has ${incidents.length} incidents: expected ${n}.`);
    const pages = await describePages(store, incidents, seed);
    const keys: Keys = { seed, keys: incidents.map(toKey) };
    await writeJsonFile(paths.pages, pages);
    await writeJsonFile(paths.keys, keys);
    await writeJsonFile(paths.answersSchema, jsonSchemas()['answers.schema.json']);
    await writeJsonFile(paths.baseline, await answerNaively(store, pages.pages));
    // Whoever is tested has the store, down to its files; the next start makes the table again, without a row.
    await store.clickhouse.command({ query: 'DROP TABLE otel.incidents SYNC' });
  });
  await rename(join(paths.store, 'runs'), join(paths.key, 'runs'));
}

/** Another stack may run beside this one. */
async function freePortSettings(): Promise<Record<string, string>> {
  const ports = await freePorts(PORTS.length);
  return Object.fromEntries(PORTS.map((name, index) => [name, String(ports[index])]));
}

async function entriesOf(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new SetError(`--out ${directory}: cannot be used (${error.code}): expected a new or an empty directory.`);
  });
}

/** Telemetry of a day long past would be gone within seconds, and a set is to be used for longer than three days. */
async function keepForEver({ rows, clickhouse }: Store): Promise<void> {
  for (const { name } of await rows<{ name: string }>('tables-with-ttl.sql')) {
    await clickhouse.command({ query: `ALTER TABLE otel.${name} REMOVE TTL` });
  }
}

async function describePages({ rows }: Store, incidents: readonly IncidentRow[], seed: string): Promise<Pages> {
  const [span] = await rows<{ from: number; to: number }>('extent.sql');
  if (span === undefined) throw new SetError('The telemetry has no spans.');
  const random = createRandom(seed).fork('pages');
  const pages = incidents.map(({ id, difficulty, startedAt, endedAt, page }): Page => {
    const share = PAGED.earliest + (PAGED.latest - PAGED.earliest) * random.fork(id).next();
    return { id, at: iso(Math.round(startedAt + share * (endedAt - startedAt))), difficulty, text: page };
  });
  return { from: iso(span.from), to: iso(span.to), pages };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
