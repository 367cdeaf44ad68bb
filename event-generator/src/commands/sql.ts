import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readClickHouseConfig, wantsColour } from '../config.ts';
import { createPalette } from '../terminal/palette.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { splitStatements } from './clickhouse/split-statements.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { converse } from './sql/converse.ts';
import { runAndPrint } from './sql/run-and-print.ts';
import { tableOptions } from './table/print-answer.ts';

/** The longest a server keeps an idle session, unless it was told otherwise. */
const SESSION_SECONDS = 3_600;

/** Runs the statement its words make, or those that come through a pipe, or what a person types. */
async function sql({ words, clock, signal }: CommandContext): Promise<number> {
  const session = { id: `sql-${process.pid}-${clock.now().toString(36)}`, timeoutSeconds: SESSION_SECONDS };
  const config = readClickHouseConfig();
  const clickhouse = openClickHouse({ config, command: 'sql', clock, session });
  const paint = createPalette(wantsColour(process.stdout.isTTY));
  try {
    if (words.length === 0 && process.stdin.isTTY && process.stdout.isTTY) {
      await converse({ clickhouse, config, paint, out: process.stdout, signal });
      return 0;
    }
    const { statements, rest } = splitStatements(
      words.length > 0 ? words.join(' ') : await text(addAbortSignal(signal, process.stdin)),
    );
    const all = rest === undefined ? statements : [...statements, rest];
    if (all.length === 0) throw new UsageError('sql: expected a statement, as in: sql SELECT 1');
    const options = tableOptions(process.stdout);
    for (const statement of all) {
      await runAndPrint(clickhouse, statement.sql, { ...options, out: process.stdout, paint, signal });
    }
    return 0;
  } finally {
    await clickhouse.close();
  }
}

await runCommand(sql);
