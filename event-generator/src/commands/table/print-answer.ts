import { once } from 'node:events';
import { wantsColour } from '../../config.ts';
import type { Answer, RunOptions } from '../clickhouse/open-clickhouse.ts';
import { cutLines } from './cut-lines.ts';

/** On a terminal a value may take half the width; what is longer is cut. */
const VALUE_SHARE = 0.5;
const MAX_ROWS = 1_000;

/** How ClickHouse is to draw tables for this output: for a terminal in its width and with colours, for a pipe or a file with all there is. */
export function tableOptions(out: NodeJS.WriteStream): Required<Pick<RunOptions, 'format' | 'settings'>> {
  const width = out.columns;
  return {
    format: 'PrettyCompact',
    settings: {
      output_format_pretty_color: wantsColour(out.isTTY) ? '1' : '0',
      output_format_pretty_row_numbers: 0,
      output_format_pretty_max_rows: MAX_ROWS,
      ...(out.isTTY && {
        output_format_pretty_max_value_width: Math.floor(width * VALUE_SHARE),
        output_format_pretty_fallback_to_vertical_min_table_width: width,
      }),
    },
  };
}

/** Writes an answer out as it comes. Returns whether lines were too wide for the terminal. */
export async function printAnswer({ body, format }: Answer, out: NodeJS.WriteStream): Promise<boolean> {
  let cut = false;
  const onCut = () => {
    cut = true;
  };
  const fitting = out.isTTY && format.startsWith('Pretty') ? cutLines(body, out.columns, onCut) : body;
  for await (const chunk of fitting) if (!out.write(chunk)) await once(out, 'drain');
  return cut;
}

/** What an answer took, in a few words. */
export function cost({ rows, readRows, writtenRows, format, seconds }: Answer, cut = false): string {
  const time = `in ${seconds.toFixed(3)} s`;
  if (format === '') return writtenRows > 0 ? `OK, ${count(writtenRows, 'row')} written ${time}` : `OK ${time}`;
  const width = cut ? '; cut to the width of the terminal, `FORMAT Vertical` shows all' : '';
  const shown = rows > MAX_ROWS && format.startsWith('Pretty') ? `, ${count(MAX_ROWS, 'row')} shown` : '';
  return `${count(rows, 'row')} ${time}, ${count(readRows, 'row')} read${shown}${width}`;
}

function count(value: number, unit: string): string {
  return `${value.toLocaleString('en-US')} ${unit}${value === 1 ? '' : 's'}`;
}
