import { wantsColour } from '../../config.ts';
import { createPalette } from '../../terminal/palette.ts';
import { cost, printAnswer, tableOptions, terminalWidth } from '../table/print-answer.ts';
import type { PlaybookQuery } from './parse-playbook.ts';
import type { PlaybookPrinter } from './printer.ts';
import { wrapLines } from './wrap-lines.ts';

/** Each query's number and question, how to read the answer, ClickHouse's table below them, and what it took. */
export function createTablePrinter(out: NodeJS.WriteStream): PlaybookPrinter {
  const paint = createPalette(wantsColour(out.isTTY));
  const fitting = (lines: readonly string[]) => (out.isTTY ? wrapLines(lines, terminalWidth(out)) : lines);
  const heading = ({ number, question, explanation }: PlaybookQuery) =>
    [paint.bold(`${number}. ${question}`.trim()), ...fitting(explanation).map(paint.dim), ''].join('\n');
  return {
    options: () => tableOptions(out),
    print: async (query, answer) => {
      out.write(heading(query));
      await printAnswer(answer, out);
      out.write(`${paint.dim(cost(answer))}\n\n`);
    },
    fail: (query, reason) => {
      out.write(heading(query));
      console.error(`${paint.red(`Query ${query.number} failed: ${reason}`)}\n`);
    },
  };
}
