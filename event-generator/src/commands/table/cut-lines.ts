import { StringDecoder } from 'node:string_decoder';

/** A colour, which takes no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the control character ESC.
const ESCAPE = /\x1b\[[\d;]*m/y;
const RESET = '\x1b[0m';

/** The text of `body`, its lines cut to `width` characters so that a table on a terminal stays one; `onCut` is told of each. */
export async function* cutLines(body: AsyncIterable<Buffer>, width: number, onCut: () => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  const cut = (line: string) => {
    const fitting = cutLine(line, width);
    if (fitting !== line) onCut();
    return fitting;
  };
  let unfinished = '';
  for await (const chunk of body) {
    const lines = (unfinished + decoder.write(chunk)).split('\n');
    unfinished = lines.pop() ?? '';
    yield lines.map((line) => `${cut(line)}\n`).join('');
  }
  yield cut(unfinished + decoder.end());
}

/** The line, or as much of it as leaves room for a `…` at the end. */
export function cutLine(line: string, width: number): string {
  let room = width;
  let lastFitting = 0;
  for (let at = 0; at < line.length; ) {
    ESCAPE.lastIndex = at;
    const colour = ESCAPE.exec(line)?.[0];
    if (colour !== undefined) {
      at += colour.length;
      continue;
    }
    if (room === 0) return `${line.slice(0, lastFitting)}…${line.includes('\x1b') ? RESET : ''}`;
    room -= 1;
    if (room === 0) lastFitting = at;
    at += String.fromCodePoint(line.codePointAt(at) ?? 0).length;
  }
  return line;
}
