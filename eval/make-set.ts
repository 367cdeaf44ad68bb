import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { pathsIn } from '../embedded/src/config.ts';
import { claimDataDirectory } from '../embedded/src/supervisor/data-directory.ts';
import { openStored, type Stored } from '../embedded/test/stored.ts';
import { type IncidentRow, incidentRowSchema, toKey } from '../event-generator/src/exam/key.ts';
import type { Keys, Page, Pages } from '../event-generator/src/exam/schemas.ts';
import { createRandom } from '../event-generator/src/simulation/random.ts';
import { answerNaively } from './baseline.ts';
import { runStack } from './run-stack.ts';
import { SetError } from './set-error.ts';
import { jsonSchemas, setPaths, writeJsonFile } from './set-files.ts';

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
  await prepareStore(paths.store);
  const settings = { SEED: seed, RUN_ID, SIMULATE_FROM: from, CYCLES: String(n), INCIDENTS: 'each' };
  await runStack({ ...settings, DATA_DIR: paths.store }, print, stop);

  if ((await readdir(join(paths.store, 'runs'))).length > 1) {
    throw new SetError(
      'The event-generator died on the way and began again: delete the directory, and make the set again.',
    );
  }
  await using stored = await openStored(paths.store);
  const incidents = await readIncidents(stored);
  if (incidents.length !== n) throw new SetError(`The telemetry has ${incidents.length} incidents: expected ${n}.`);
  const pages = await describePages(stored, incidents, seed);
  const keys: Keys = { seed, keys: incidents.map(toKey) };
  await writeJsonFile(paths.pages, pages);
  await writeJsonFile(paths.keys, keys);
  await writeJsonFile(paths.answersSchema, jsonSchemas()['answers.schema.json']);
  await writeJsonFile(paths.baseline, await answerNaively(stored, pages.pages));
  // Whoever is tested has the store, down to its files; the next start makes the table again, without a row.
  await stored.change('DROP TABLE otel.incidents SYNC');
  await rename(join(paths.store, 'runs'), join(paths.key, 'runs'));
}

async function entriesOf(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new SetError(`--out ${directory}: cannot be used (${error.code}): expected a new or an empty directory.`);
  });
}

/** Telemetry of a day long past would be gone within seconds, and a set is to be used for longer than three days: the tables keep it for ever. */
async function prepareStore(directory: string): Promise<void> {
  const claim = await claimDataDirectory(directory, pathsIn(directory));
  {
    await using stored = await openStored(directory);
    const tables = await stored.rows<{ name: string }>(
      await readFile(join(import.meta.dirname, 'tables-with-ttl.sql'), 'utf8'),
    );
    for (const { name } of tables) await stored.change(`ALTER TABLE otel.${name} REMOVE TTL`);
  }
  claim.release();
}

async function readIncidents(stored: Stored): Promise<IncidentRow[]> {
  const rows = await stored.rows(await readFile(join(import.meta.dirname, 'incidents.sql'), 'utf8'));
  return z.array(incidentRowSchema).parse(rows);
}

async function describePages(stored: Stored, incidents: readonly IncidentRow[], seed: string): Promise<Pages> {
  const [span] = await stored.rows<{ from: number; to: number }>(
    await readFile(join(import.meta.dirname, 'extent.sql'), 'utf8'),
  );
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
