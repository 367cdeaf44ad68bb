import { createInterface } from 'node:readline/promises';
import { spansOf } from '../../exam/operation-names.ts';
import type { Clock } from '../../simulation/clock.ts';
import { SERVICES } from '../../snkrs/services.ts';
import { UsageError } from '../command.ts';
import { readInstant, readScope, readService, type Said } from './read-answer.ts';

/** Where a person is asked. */
export interface AskOptions {
  readonly input: NodeJS.ReadStream;
  readonly out: NodeJS.WriteStream;
  readonly clock: Clock;
  /** Ends the questions. */
  readonly signal: AbortSignal;
}

/**
 * Asks a person for an answer, one question after the other, each until its answer can be understood. Throws a {@link UsageError} where they
 * leave before the last.
 */
export async function askAnswer({ input, out, clock, signal }: AskOptions): Promise<Said> {
  const terminal = createInterface({ input, output: out, prompt: '> ' });
  signal.addEventListener('abort', () => terminal.close(), { once: true });
  const typed = terminal[Symbol.asyncIterator]();

  const ask = async <T>(question: string, read: (text: string) => T): Promise<T> => {
    out.write(`\n${question}\n`);
    for (;;) {
      terminal.prompt();
      const { value, done } = await typed.next();
      if (done) {
        out.write('\n');
        throw new UsageError(
          'Not answered: the exam goes on. Answer it with just answer, or give up with just reveal.',
        );
      }
      try {
        return read(value.trim());
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        out.write(`${error.message}\n`);
      }
    }
  };

  try {
    const services = SERVICES.map(({ name }) => name);
    const service = await ask(`1. Which service is the cause?\n${list(services)}`, (text) =>
      readService(choose(services, text)),
    );
    const spans = spansOf(service);
    const operation = await ask(`2. What misbehaves there? (Enter: don't know)\n${list(spans)}`, (text) =>
      text === '' ? undefined : choose(spans, text),
    );
    const from = await ask(
      '3. Since when? (UTC, such as 14:05:30; local time with its offset, such as 16:05:30+02:00; or so long ago, such as 5m)',
      (text) => readInstant(text, clock.now()),
    );
    const to = await ask('4. Until when? (Enter: it is still going on)', (text) =>
      text === '' ? undefined : readInstant(text, clock.now()),
    );
    const scope = await ask(
      '5. Is only a part of it affected? (Enter: no; or region=NAME, instance=POD, version=NUMBER, users=SHARE)',
      (text) => (text === '' ? {} : readScope(text)),
    );
    const why = await ask('6. Why do you think so? (one line; it is not graded)', (text) => text);
    return {
      candidates: [operation === undefined ? { service } : { service, operation }],
      from,
      ...(to !== undefined && { to }),
      scope,
      ...(why !== '' && { why }),
    };
  } finally {
    terminal.close();
  }
}

function list(names: readonly string[]): string {
  const width = Math.max(...names.map((name) => name.length)) + 6;
  const cells = names.map((name, index) => `${String(index + 1).padStart(4)} ${name}`.padEnd(width));
  const rows = Math.ceil(cells.length / 2);
  return Array.from({ length: rows }, (_, row) => `${cells[row]}${cells[row + rows] ?? ''}`.trimEnd()).join('\n');
}

/** By its number in the list, or as it was typed. */
function choose(names: readonly string[], text: string): string {
  if (text === '') throw new UsageError('Expected a number of the list, or a name.');
  return (/^\d+$/.test(text) ? names[Number(text) - 1] : undefined) ?? text;
}
