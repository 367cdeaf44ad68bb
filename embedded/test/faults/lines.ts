/** How often `pattern` is in `text`: people are to read one line when a trouble begins, and one when it is over. */
export function countLines(text: string, pattern: RegExp): number {
  return text.split('\n').filter((line) => pattern.test(line)).length;
}
