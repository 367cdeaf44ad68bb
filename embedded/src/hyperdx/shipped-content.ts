import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

/** Where the sources, dashboards and saved searches of both ways to run stand. */
const CONTENT_DIRECTORY = join(import.meta.dirname, '../../../config/hyperdx');

/** Something the page keeps by id; whatever else is in it is HyperDX's own format, passed on as it stands. */
export type Entity = { readonly id: string } & Readonly<Record<string, unknown>>;

/** What the page is given at its first visit. */
export interface ShippedContent {
  /** What sources and tiles reach ClickHouse through; where it is and as whom is for each way to run to say. */
  readonly connection: { readonly id: string; readonly name: string };
  readonly sources: readonly Entity[];
  readonly dashboards: readonly Entity[];
  readonly savedSearches: readonly Entity[];
}

/** A file of config/hyperdx that HyperDX could not use; the message names the file and the place in it. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

const objectId = z.string().regex(/^[0-9a-f]{24}$/, 'expected 24 hexadecimal digits');

const Connection = z.strictObject({ _id: objectId, name: z.string().min(1) });

const Sources = z
  .array(
    z.looseObject({
      _id: objectId,
      name: z.string().min(1),
      kind: z.enum(['trace', 'log', 'metric', 'session']),
      connection: z.string(),
    }),
  )
  .min(1);

const Dashboard = z.looseObject({
  name: z.string().min(1),
  tags: z.array(z.string()),
  tiles: z.array(
    z.looseObject({
      id: z.string().min(1),
      config: z.looseObject({
        source: objectId.optional(),
        connection: objectId.optional(),
        name: z.string().optional(),
      }),
    }),
  ),
  filters: z.array(z.looseObject({ id: z.string(), source: objectId })).optional(),
});

const SavedSearch = z.looseObject({
  name: z.string().min(1),
  source: objectId,
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
  const { _id, name } = parseFile(join(directory, 'connection.json'), Connection);
  const connection = { id: _id, name };
  const sources = correlate(parseFile(join(directory, 'sources.json'), Sources), connection);
  const sourceIds = sources.map((source) => source.id);
  const dashboards = readFolder(join(directory, 'dashboards'), Dashboard);
  const savedSearches = readFolder(join(directory, 'saved-searches'), SavedSearch);
  for (const { id, tiles, filters = [] } of dashboards) {
    for (const { source } of [...filters, ...tiles.map((tile) => tile.config)]) {
      requireOneOf(`dashboards/${id}.json`, 'source', source, sourceIds);
    }
    for (const { config } of tiles) {
      requireOneOf(`dashboards/${id}.json`, 'connection', config.connection, [connection.id]);
    }
  }
  for (const { id, source } of savedSearches) requireOneOf(`saved-searches/${id}.json`, 'source', source, sourceIds);
  return { connection, sources, dashboards, savedSearches };
}

/** The page without an API knows sources by `id` only, where DEFAULT_SOURCES has `_id` and names. */
function correlate(sources: z.infer<typeof Sources>, connection: ShippedContent['connection']): Entity[] {
  const ids = new Map(sources.map((source) => [source.name, source._id]));
  return sources.map(({ _id, ...source }) => {
    requireOneOf('sources.json', `${source.name}.connection`, source.connection, [connection.name]);
    const sisters = Object.entries(source).filter(([key]) => key.endsWith('SourceId'));
    for (const [key, name] of sisters) requireOneOf('sources.json', `${source.name}.${key}`, name, [...ids.keys()]);
    const sisterIds = Object.fromEntries(sisters.map(([key, name]) => [key, ids.get(String(name))]));
    return { id: _id, ...source, ...sisterIds, connection: connection.id };
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

function requireOneOf(file: string, key: string, value: unknown, known: readonly unknown[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new ContentError(`${file}: ${key} is "${value}", expected one of ${known.join(', ')}.`);
}
