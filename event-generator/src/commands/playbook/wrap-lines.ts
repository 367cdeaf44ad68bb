/** Breaks prose at spaces so that no line is longer than `width`. Lines that go on from each other flow together; an indented or listed one begins anew. */
export function wrapLines(lines: readonly string[], width: number): string[] {
  const paragraphs: string[] = [];
  for (const line of lines) {
    const goesOn = paragraphs.length > 0 && /^[^\s*-]/.test(line);
    if (goesOn) paragraphs.push(`${paragraphs.pop()} ${line.trim()}`);
    else paragraphs.push(line.trimEnd());
  }
  return paragraphs.flatMap((paragraph) => wrap(paragraph, width));
}

function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let rest = paragraph;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
