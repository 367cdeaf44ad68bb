import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { answersSchema, keysSchema, pagesSchema } from '../event-generator/src/exam/schemas.ts';
import { SetError } from './set-error.ts';

/** What is where in a set. */
export interface SetPaths {
  /** A data directory of the stack without Docker: the telemetry. */
  readonly store: string;
  readonly pages: string;
  readonly answersSchema: string;
  /** What whoever is tested must not see: the keys, and the run's ledger, whose seed would make them again. */
  readonly key: string;
  readonly keys: string;
  readonly baseline: string;
}

/** Of the set in `directory`. */
export function setPaths(directory: string): SetPaths {
  return {
    store: join(directory, 'store'),
    pages: join(directory, 'pages.json'),
    answersSchema: join(directory, 'answers.schema.json'),
    key: join(directory, 'key'),
    keys: join(directory, 'key', 'keys.json'),
    baseline: join(directory, 'baseline.json'),
  };
}

/** The files a set is described by, as JSON Schema (2020-12), by their names. */
export function jsonSchemas(): Readonly<Record<string, unknown>> {
  const schemas = { answers: answersSchema, pages: pagesSchema, keys: keysSchema };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`${name}.schema.json`, z.toJSONSchema(schema, { io: 'input' })]),
  );
}

/** Reads a file of JSON that `schema` describes. Throws an {@link SetError} with what is wrong, a line each. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SetError(`${path} cannot be read (${error.code}): expected a file of JSON.`);
  });
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path: at, message }) => `  ${dotted(at)}: ${message}`);
  const rest = parsed.error.issues.length - problems.length;
  throw new SetError(
    [`${path} is not as it must be:`, ...problems, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n'),
  );
}

/** Writes JSON that people can read. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

const MOST_PROBLEMS = 10;

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SetError(`${path} is no JSON: ${(error as Error).message}.`);
  }
}

/** `answers[3].from` */
function dotted(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the whole';
}
