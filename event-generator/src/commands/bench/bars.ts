const EIGHTHS_HIGH = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const EIGHTHS_WIDE = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One character for each value, as high as it is against the largest; a dot for nothing at all. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values);
  return values.map((value) => (value <= 0 ? '·' : EIGHTHS_HIGH[Math.ceil((value / largest) * 8) - 1])).join('');
}

/** A bar of up to `width` characters, drawn to an eighth of one, and the spaces to that width. Anything above 0 can be seen. */
export function bar(value: number, largest: number, width: number): string {
  if (value <= 0 || largest <= 0) return ' '.repeat(width);
  const eighths = Math.max(1, Math.round((Math.min(value, largest) / largest) * width * 8));
  return ('█'.repeat(Math.floor(eighths / 8)) + EIGHTHS_WIDE[eighths % 8]).padEnd(width);
}
