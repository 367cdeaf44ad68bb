import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { ClickHouseConfig } from '../../config.ts';
import type { Palette } from '../../terminal/palette.ts';
import { StatementError, UnavailableError } from '../clickhouse/failure.ts';
import type { ClickHouse } from '../clickhouse/open-clickhouse.ts';
import { splitStatements } from '../clickhouse/split-statements.ts';
import { tableOptions } from '../table/print-answer.ts';
import { runAndPrint } from './run-and-print.ts';

/** What a conversation needs. */
export interface ConversationOptions {
  /** With a session, so that SET, USE and temporary tables last. */
  readonly clickhouse: ClickHouse;
  readonly config: ClickHouseConfig;
  readonly paint: Palette;
  readonly out: NodeJS.WriteStream;
  /** Ends the conversation. */
  readonly signal: AbortSignal;
}

const LEAVE = /^\s*(\\q|exit|quit)\s*;?\s*$/i;
const PROMPT = 'sql> ';
const CONTINUED = '  -> ';

/**
 * Reads statements from the terminal until Ctrl-D, `exit` or `\q`, and runs each at its `;`. Ctrl-C ends the statement that runs, or takes
 * back what was typed. An error is a line, and the conversation goes on.
 *
 * @throws {UnavailableError} there is no ClickHouse to talk to at the start
 */
export async function converse({ clickhouse, config, paint, out, signal }: ConversationOptions): Promise<void> {
  await greet({ clickhouse, config, paint, out, signal });
  const terminal = createInterface({ input: process.stdin, output: out, prompt: PROMPT, historySize: 1_000 });
  let typed = '';
  let running: AbortController | undefined;
  const prompt = () => {
    terminal.setPrompt(splitStatements(typed).rest === undefined && typed.trim() === '' ? PROMPT : CONTINUED);
    terminal.prompt();
  };
  terminal.on('SIGINT', () => {
    if (running) return running.abort();
    typed = '';
    // Takes the present line away, where it stands.
    terminal.write(null, { ctrl: true, name: 'e' });
    terminal.write(null, { ctrl: true, name: 'u' });
    out.write('\n');
    prompt();
  });
  signal.addEventListener('abort', () => terminal.close(), { once: true });

  const run = async (sql: string) => {
    running = new AbortController();
    try {
      const ended = AbortSignal.any([running.signal, signal]);
      await runAndPrint(clickhouse, sql, { format: tableOptions(out).format, out, paint, signal: ended });
    } catch (error) {
      if (running.signal.aborted) out.write(`${paint.yellow('Cancelled.')}\n`);
      else if (error instanceof StatementError || error instanceof UnavailableError) {
        out.write(`${paint.red(error.message)}\n`);
      } else throw error;
    } finally {
      running = undefined;
    }
  };

  prompt();
  for await (const line of terminal) {
    if (typed.trim() === '' && LEAVE.test(line)) break;
    const { statements, remainder } = splitStatements(`${typed}${line}\n`);
    typed = remainder.trim() === '' ? '' : remainder;
    for (const { sql } of statements) await run(sql);
    prompt();
  }
  terminal.close();
}

/** Says where one is, and sets up the session's tables as settings of the session, so that a person's own SET counts. */
async function greet({ clickhouse, config, paint, out, signal }: ConversationOptions): Promise<void> {
  const { body } = await clickhouse.run('SELECT version()', { format: 'TSVRaw', signal });
  const version = (await text(body)).trim();
  const { settings } = tableOptions(out);
  const assignments = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const { body: nothing } = await clickhouse.run(`SET ${assignments.join(', ')}`, { format: 'Null', signal });
  await text(nothing);
  out.write(`${paint.bold(`ClickHouse ${version}`)} at ${config.url} as ${config.user}\n`);
  out.write(`${paint.dim('A statement ends with ; · Ctrl-C cancels · Ctrl-D, exit or \\q leaves')}\n`);
}
