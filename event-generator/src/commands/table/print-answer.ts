import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { wantsColour } from '../../config.ts';
import type { Answer, RunOptions } from '../clickhouse/open-clickhouse.ts';
import { foldTable } from './fold-table.ts';

const MAX_ROWS = 1_000;
/** MonoBlock: one table, whatever blocks the rows come in. */
const TABLE = 'PrettyCompactMonoBlock';

/** A terminal that does not know its size, as in some containers, says 0. */
export function terminalWidth(out: NodeJS.WriteStream): number {
  return out.columns || 80;
}

/** How ClickHouse is to draw tables for this output: for a terminal in its width and with colours, for a pipe or a file with all there is. */
export function tableOptions(out: NodeJS.WriteStream): Required<Pick<RunOptions, 'format' | 'settings'>> {
  return {
    format: TABLE,
    settings: {
      output_format_pretty_color: wantsColour(out.isTTY) ? '1' : '0',
      output_format_pretty_row_numbers: 0,
      output_format_pretty_max_rows: MAX_ROWS,
      output_format_pretty_display_footer_column_names: 0,
      output_format_pretty_fallback_to_vertical_max_rows_per_chunk: 1,
      ...(out.isTTY && {
        // The first column, which every fold repeats, and one more fit beside each other.
        output_format_pretty_max_value_width: Math.max(10, Math.floor(terminalWidth(out) / 2) - 5),
        output_format_pretty_fallback_to_vertical_min_table_width: terminalWidth(out),
      }),
    },
  };
}

/** Writes an answer out: ClickHouse's table folded to the terminal, everything else as it comes. */
export async function printAnswer({ body, format }: Answer, out: NodeJS.WriteStream): Promise<void> {
  const chunks = out.isTTY && format === TABLE ? [foldTable(await text(body), terminalWidth(out))] : body;
  for await (const chunk of chunks) if (!out.write(chunk)) await once(out, 'drain');
}

/** What an answer took, in a few words. */
export function cost({ rows, readRows, writtenRows, format, seconds }: Answer): string {
  const time = `in ${seconds.toFixed(3)} s`;
  if (format === '') return writtenRows > 0 ? `OK, ${count(writtenRows)} written ${time}` : `OK ${time}`;
  const shown = rows > MAX_ROWS && format === TABLE ? `, ${count(MAX_ROWS)} shown` : '';
  return `${count(rows)} ${time}, ${count(readRows)} read${shown}`;
}

function count(rows: number): string {
  return `${rows.toLocaleString('en-US')} row${rows === 1 ? '' : 's'}`;
}
