/** A character as it stands on a terminal: the colours switched before it, and the room it takes. */
interface Glyph {
  readonly text: string;
  readonly width: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the control character ESC.
const GLYPH = /((?:\x1b\[[\d;]*m)*)(.|$)\p{M}*/gu;
const WIDE =
  /[\p{Extended_Pictographic}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/**
 * Folds one of ClickHouse's PrettyCompact tables that is wider than `width` into several below each other, each beginning with the table's first
 * column. What fits, or is no table, stays as it is.
 */
export function foldTable(text: string, width: number): string {
  const lines = text.split('\n').map(toGlyphs);
  const [header = []] = lines;
  const borders = positions(header, /[┌┬┐]/);
  const [first, second] = borders;
  if (first === undefined || second === undefined || (borders.at(-1) ?? 0) < width) return text;
  const bands = toBands(borders, width);
  return bands
    .flatMap(([from, to]) =>
      lines.map(
        (line) =>
          slice(line, first, second) +
          slice(line, from, to) +
          slice(line, borders.at(-1) ?? 0, Number.POSITIVE_INFINITY),
      ),
    )
    .join('\n');
}

/** From and to which position each table below the other shows, beside the first column: as many whole columns as fit, at least one. */
function toBands(borders: readonly number[], width: number): [number, number][] {
  const [first = 0, second = 0] = borders;
  const room = width - (second - first) - 1;
  const bands: [number, number][] = [];
  for (let from = 1; from < borders.length - 1; ) {
    const start = borders[from] ?? 0;
    const fitting = borders.findLastIndex((border) => border - start <= room);
    const to = Math.max(fitting, from + 1);
    bands.push([start, borders[to] ?? 0]);
    from = to;
  }
  return bands;
}

function toGlyphs(line: string): Glyph[] {
  return Array.from(line.matchAll(GLYPH), ([text, , character = '']) => ({
    text,
    width: character === '' ? 0 : WIDE.test(character) ? 2 : 1,
  }));
}

/** Where on the line glyphs with one of these characters stand. */
function positions(line: readonly Glyph[], character: RegExp): number[] {
  const found: number[] = [];
  let at = 0;
  for (const glyph of line) {
    if (character.test(glyph.text)) found.push(at);
    at += glyph.width;
  }
  return found;
}

function slice(line: readonly Glyph[], from: number, to: number): string {
  let at = 0;
  let text = '';
  for (const glyph of line) {
    if (at >= from && at < to) text += glyph.text;
    at += glyph.width;
  }
  return text;
}
