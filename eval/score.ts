import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { answersSchema, keysSchema } from '../event-generator/src/exam/schemas.ts';
import { renderReport } from './render-report.ts';
import { reportOn } from './report.ts';
import { runMain, SetError } from './set-error.ts';
import { readJsonFile, setPaths, writeJsonFile } from './set-files.ts';

const USAGE = 'npm run score -- ANSWERS.json [--keys KEYS.json] [--report REPORT.json]';

/** Grades a file of answers by the keys of its set: a table for people, and a report in JSON. */
async function score(words: readonly string[]): Promise<number> {
  const { answers, keys, report: reportPath } = readWords(words);
  const { keys: known } = await readJsonFile(keys, keysSchema);
  const report = reportOn(known, await readJsonFile(answers, answersSchema));
  await writeJsonFile(reportPath, report);
  for (const line of [...renderReport(report), '', `Page by page: ${reportPath}`]) console.log(line);
  return 0;
}

function readWords(words: readonly string[]): { answers: string; keys: string; report: string } {
  const { positionals, values } = parse(words);
  const [answers, ...more] = positionals;
  if (answers === undefined || more.length > 0)
    throw new SetError(`${['score', ...words].join(' ')}: expected ${USAGE}.`);
  const keys = values.keys ?? setPaths(dirname(answers)).keys;
  if (!existsSync(keys)) {
    throw new SetError(
      `${keys} is not there: expected the keys of the set that was answered; name them with --keys, or put ${answers} beside the set's pages.json.`,
    );
  }
  return { answers, keys, report: values.report ?? answers.replace(/(\.json)?$/, '.report.json') };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { keys: { type: 'string' }, report: { type: 'string' } },
    });
  } catch (error) {
    throw new SetError(
      `${['score', ...words].join(' ')}: ${(error as Error).message.split('.')[0]}; expected ${USAGE}.`,
    );
  }
}

await runMain(score);
