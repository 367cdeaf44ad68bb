import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readClickHouseConfig } from '../config.ts';
import { StatementError } from './clickhouse/failure.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { createJsonPrinter } from './playbook/json-printer.ts';
import { type PlaybookQuery, parsePlaybook } from './playbook/parse-playbook.ts';
import { createTablePrinter } from './playbook/table-printer.ts';

const USAGE = 'query FILE|- [N] [--json]';

/** Runs the queries of a playbook, or its Nth. One that fails is told of, and the others run. */
async function query({ words, clock, signal }: CommandContext): Promise<number> {
  const { file, number, json } = readWords(words);
  const queries = chosen(parsePlaybook(await readSql(file, signal)), file, number);
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'query', clock });
  const printer = json ? createJsonPrinter() : createTablePrinter(process.stdout);
  let failed = 0;
  try {
    // A ClickHouse that is not there is told of before any question is printed.
    await text((await clickhouse.run('SELECT 1', { format: 'Null', signal })).body);
    for (const next of queries) {
      printer.begin(next);
      try {
        await printer.print(next, await clickhouse.run(next.sql, { ...printer.options(), signal }));
      } catch (error) {
        if (signal.aborted || !(error instanceof StatementError)) throw error;
        failed += 1;
        printer.fail(next, error.message);
      }
    }
  } finally {
    await clickhouse.close();
  }
  return failed === 0 ? 0 : 1;
}

function readWords(words: readonly string[]) {
  const json = words.includes('--json');
  const [file, number, ...more] = words.filter((word) => word !== '--json');
  const unknown = words.find((word) => word.startsWith('--') && word !== '--json') ?? more[0];
  if (!file || unknown !== undefined) {
    const given = ['query', ...words].join(' ').trim();
    throw new UsageError(`${given}: expected ${USAGE}, FILE a file of SQL such as otel_queries.sql.`);
  }
  if (number !== undefined && !/^[1-9]\d{0,3}$/.test(number)) {
    throw new UsageError(`query ${file} ${number}: expected the number of a query, from 1 (${USAGE}).`);
  }
  return { file, number: number === undefined ? undefined : Number(number), json };
}

async function readSql(file: string, signal: AbortSignal): Promise<string> {
  if (file === '-') return text(addAbortSignal(signal, process.stdin));
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`query ${file}: cannot be read (${code}); expected a file of SQL, such as otel_queries.sql.`);
  }
}

function chosen(queries: PlaybookQuery[], file: string, number: number | undefined): PlaybookQuery[] {
  if (queries.length === 0) throw new UsageError(`query ${file}: it holds no statement; expected a file of SQL.`);
  if (number === undefined) return queries;
  const found = queries.filter((query) => query.number === number);
  if (found.length > 0) return found;
  const numbers = queries.map((query) => query.number);
  throw new UsageError(
    `query ${file} ${number}: there is no query ${number}; expected ${Math.min(...numbers)} to ${Math.max(...numbers)}.`,
  );
}

await runCommand(query);
