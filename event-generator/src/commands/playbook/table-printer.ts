import { wantsColour } from '../../config.ts';
import { createPalette } from '../../terminal/palette.ts';
import { cost, printAnswer, tableOptions, terminalWidth } from '../table/print-answer.ts';
import type { PlaybookPrinter } from './printer.ts';
import { wrapLines } from './wrap-lines.ts';

/** Each query's number and question, how to read the answer, ClickHouse's table below them, and what it took. */
export function createTablePrinter(out: NodeJS.WriteStream): PlaybookPrinter {
  const paint = createPalette(wantsColour(out.isTTY));
  const fitting = (lines: readonly string[]) => (out.isTTY ? wrapLines(lines, terminalWidth(out)) : lines);
  return {
    options: () => tableOptions(out),
    begin: ({ number, question, explanation }) => {
      const heading = paint.bold(`${number}. ${question}`.trim());
      out.write([heading, ...fitting(explanation).map(paint.dim), ''].join('\n'));
    },
    print: async (_query, answer) => {
      await printAnswer(answer, out);
      out.write(`${paint.dim(cost(answer))}\n\n`);
    },
    fail: ({ number }, reason) => console.error(`${paint.red(`Query ${number} failed: ${reason}`)}\n`),
  };
}
