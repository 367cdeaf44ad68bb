import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answersSchema, keysSchema } from '../event-generator/src/exam/schemas.ts';
import { makeSet } from './make-set.ts';
import { renderReport } from './render-report.ts';
import { reportOn } from './report.ts';
import { serveSet } from './serve-set.ts';
import { runMain, SetError } from './set-error.ts';
import { jsonSchemas, readJsonFile, setPaths, writeJsonFile } from './set-files.ts';

const USAGE =
  'npm run eval -- --out DIR [--n 50] [--seed 7] [--from 2026-06-01T10:00:00Z], npm run eval -- serve DIR, or npm run eval -- schemas';

/** The same telemetry whenever it is made, and a day that is over. */
const FROM = '2026-06-01T10:00:00Z';
const MOST_PAGES = 1_000;

/** Makes, serves or describes sets of pages that tools are scored by. */
async function main(words: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  const { positionals, values } = parse(words);
  const [command, directory, ...more] = positionals;
  if (command === 'schemas' && directory === undefined) return writeSchemas();
  if (command === 'serve' && directory !== undefined && more.length === 0) {
    await serveSet(directory, print, stop.signal);
    return 0;
  }
  const { out, seed = '7', n = '50', from = FROM } = values;
  const isWrong = !/^[1-9]\d{0,3}$/.test(n) || Number(n) > MOST_PAGES || Number.isNaN(Date.parse(from));
  if (command !== undefined || out === undefined || isWrong)
    throw new SetError(`${['eval', ...words].join(' ')}: expected ${USAGE}.`);
  await makeSet({ directory: out, n: Number(n), seed, from, print, stop: stop.signal });
  await showSet(out);
  return 0;
}

/** What the set has, and what the naive baseline makes of it. */
async function showSet(directory: string): Promise<void> {
  const paths = setPaths(directory);
  const [{ keys }, answers] = [
    await readJsonFile(paths.keys, keysSchema),
    await readJsonFile(paths.baseline, answersSchema),
  ];
  for (const line of [
    '',
    ...renderReport(reportOn(keys, answers)),
    '',
    `  ${paths.pages}   the questions, for ${paths.answersSchema}`,
    `  ${paths.store}   the telemetry: npm run eval -- serve ${directory}`,
    `  ${paths.baseline}   the answers above, as an example: npm run score -- ${paths.baseline}`,
    `  ${paths.key}   the keys: keep them from whoever is tested, and the seed as well`,
  ])
    print(line);
}

async function writeSchemas(): Promise<number> {
  const directory = join(import.meta.dirname, 'schema');
  await mkdir(directory, { recursive: true });
  for (const [name, schema] of Object.entries(jsonSchemas())) await writeJsonFile(join(directory, name), schema);
  return 0;
}

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { out: text, n: text, seed: text, from: text },
    });
  } catch (error) {
    throw new SetError(
      `${['eval', ...words].join(' ')}: ${(error as Error).message.split('.')[0]}; expected ${USAGE}.`,
    );
  }
}

function print(line: string): void {
  console.log(line);
}

await runMain(main);
