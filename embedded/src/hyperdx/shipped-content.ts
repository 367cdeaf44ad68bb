import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

/** Where the sources, dashboards and saved searches of both ways to run stand. */
const CONTENT_DIRECTORY = join(import.meta.dirname, '../../../config/hyperdx');

/** Something the page keeps by id; whatever else is in it is HyperDX's own format, passed on as it stands. */
export type Entity = { readonly id: string } & Readonly<Record<string, unknown>>;

/** What the page is given at its first visit. */
export interface ShippedContent {
  readonly sources: readonly Entity[];
  readonly dashboards: readonly Entity[];
  readonly savedSearches: readonly Entity[];
}

/** A file of config/hyperdx that HyperDX could not use; the message names the file and the place in it. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

const sourceId = z.string().regex(/^[0-9a-f]{24}$/, 'expected 24 hexadecimal digits');

const Sources = z
  .array(
    z.looseObject({
      _id: sourceId,
      name: z.string().min(1),
      kind: z.enum(['trace', 'log', 'metric', 'session']),
      connection: z.literal('local'),
    }),
  )
  .min(1);

const Dashboard = z.looseObject({
  name: z.string().min(1),
  tags: z.array(z.string()),
  tiles: z.array(
    z.looseObject({
      id: z.string().min(1),
      config: z.looseObject({ source: sourceId.optional(), name: z.string().optional() }),
    }),
  ),
});

const SavedSearch = z.looseObject({
  name: z.string().min(1),
  source: sourceId,
  select: z.string(),
  where: z.string(),
  whereLanguage: z.enum(['lucene', 'sql']),
  tags: z.array(z.string()),
});

/**
 * The files of `directory`. `sources.json` is in the form of HyperDX's DEFAULT_SOURCES: sisters named by name, `_id` fixed;
 * a dashboard's or saved search's id is its file's name.
 *
 * @throws {ContentError} when a file is missing, is no JSON, or lacks what HyperDX needs.
 */
export function readContent(directory: string = CONTENT_DIRECTORY): ShippedContent {
  const sources = correlate(parseFile(join(directory, 'sources.json'), Sources));
  const known = new Set(sources.map((source) => source.id));
  const dashboards = readFolder(join(directory, 'dashboards'), Dashboard);
  const savedSearches = readFolder(join(directory, 'saved-searches'), SavedSearch);
  for (const { id, tiles } of dashboards) {
    for (const tile of tiles) requireSource(`dashboards/${id}.json`, tile.config.source, known);
  }
  for (const { id, source } of savedSearches) requireSource(`saved-searches/${id}.json`, source, known);
  return { sources, dashboards, savedSearches };
}

/** The page without an API knows sources by `id` only, where DEFAULT_SOURCES has `_id` and names. */
function correlate(sources: z.infer<typeof Sources>): Entity[] {
  const ids = new Map(sources.map((source) => [source.name, source._id]));
  return sources.map(({ _id, ...source }) => {
    const sisters = Object.entries(source).filter(([key]) => key.endsWith('SourceId'));
    for (const [key, name] of sisters) {
      if (ids.has(String(name))) continue;
      throw new ContentError(
        `sources.json: ${source.name}.${key} is "${name}", expected one of ${[...ids.keys()].join(', ')}.`,
      );
    }
    return { id: _id, ...source, ...Object.fromEntries(sisters.map(([key, name]) => [key, ids.get(String(name))])) };
  });
}

function readFolder<T extends object>(directory: string, schema: z.ZodType<T>): (T & { id: string })[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => ({ ...parseFile(join(directory, file), schema), id: basename(file, '.json') }));
}

function parseFile<T>(path: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ContentError(`${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ContentError(`${path} is not what HyperDX expects:\n${z.prettifyError(parsed.error)}`);
}

function requireSource(file: string, source: string | undefined, known: ReadonlySet<string>): void {
  if (source === undefined || known.has(source)) return;
  throw new ContentError(
    `${file}: source "${source}" is not in sources.json; expected one of ${[...known].join(', ')}.`,
  );
}
