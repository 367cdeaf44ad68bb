/** A cell: numbers are put to the right and get their thousands separated. */
export type Cell = string | number;

/**
 * Rows under their column names, as lines for people that are a table in Markdown too. A number is shown with as many digits as it
 * needs for three significant ones, and whole from 100 on.
 */
export function renderTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const texts = rows.map((row) => columns.map((_, index) => renderCell(row[index] ?? '')));
  const isNumeric = columns.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  const widths = columns.map((column, index) =>
    Math.max(3, column.length, ...texts.map((cells) => cells[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => pad(cell, widths[index] ?? 0, isNumeric[index] === true)).join(' | ')} |`;
  const rule = widths.map((width, index) => (isNumeric[index] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(columns), line(rule), ...texts.map(line)];
}

/** A figure against what it was to reach: `ratio 1.32x of the peer, target >= 1x: reached`. */
export function renderTarget(what: string, ratio: number, target: number): string {
  const verdict = ratio >= target ? 'reached' : 'MISSED';
  return `${what}: ${ratio.toFixed(2)}x, target >= ${target}x: ${verdict}`;
}

function pad(text: string, width: number, toTheRight: boolean): string {
  return toTheRight ? text.padStart(width) : text.padEnd(width);
}

function renderCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  const magnitude = Math.abs(cell);
  const digits = Number.isInteger(cell) || magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
  return cell.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
