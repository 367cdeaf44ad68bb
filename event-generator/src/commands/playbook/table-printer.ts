import { pipeline } from 'node:stream/promises';
import { wantsColour } from '../../config.ts';
import { createPalette } from '../../terminal/palette.ts';
import type { PlaybookPrinter } from './printer.ts';

/** Each query's number and question, ClickHouse's table below it, and what the answer took. */
export function createTablePrinter(): PlaybookPrinter {
  const colour = wantsColour(process.stdout.isTTY);
  const paint = createPalette(colour);
  return {
    options: () => ({
      format: 'PrettyCompact',
      settings: {
        output_format_pretty_color: colour ? 1 : 0,
        output_format_pretty_row_numbers: 0,
        output_format_pretty_max_rows: '1000',
      },
    }),
    print: async ({ number, question, explanation }, answer) => {
      const heading = paint.bold(`${number}. ${question}`.trim());
      process.stdout.write([heading, ...explanation.map(paint.dim), ''].join('\n'));
      await pipeline(answer.body, process.stdout, { end: false });
      const rows = `${answer.rows.toLocaleString('en-US')} ${answer.rows === 1 ? 'row' : 'rows'}`;
      process.stdout.write(`${paint.dim(`${rows} in ${answer.seconds.toFixed(3)} s`)}\n\n`);
    },
    fail: ({ number, question }, reason) => console.error(`${`${number}. ${question}`.trim()}\n${paint.red(reason)}\n`),
  };
}
