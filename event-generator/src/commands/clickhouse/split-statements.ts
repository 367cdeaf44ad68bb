/** A statement of an SQL text, and the comment it stands under. */
export interface Statement {
  /** From its first word to its last, comments within included, without the `;`. */
  readonly sql: string;
  /** The lines of the `--` comment directly above it, without the dashes; one further up, behind an empty line, is not its own. */
  readonly comment: readonly string[];
}

/** An SQL text, taken apart. */
export interface SplitText {
  readonly statements: readonly Statement[];
  /** What follows the last `;`, where it is more than comments: a statement that is not over yet, or one without its `;`. */
  readonly rest: Statement | undefined;
  /** The text behind the last `;`, comments and all: what a next line goes on from. */
  readonly remainder: string;
}

const COMMENT = /--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;

/**
 * Where a `;` ends nothing, as ClickHouse's lexer has it: comments (those of C do not nest), strings and quoted identifiers (a quote within is doubled
 * or behind a backslash), heredocs (`$tag$…$tag$`). What is not closed goes to the end of the text. Words come in one piece, as `a$b$` has no heredoc.
 */
const OTHER = [
  /'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*(?:'|\\?$)/y,
  /"[^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*(?:"|\\?$)/y,
  /`[^`\\]*(?:(?:\\[\s\S]|``)[^`\\]*)*(?:`|\\?$)/y,
  /\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/y,
  /\w[\w$]*/y,
];

/** Splits an SQL text at the semicolons that end statements. Empty statements are left out. */
export function splitStatements(text: string): SplitText {
  const statements: Statement[] = [];
  let above = '';
  let start: number | undefined;
  let over = 0;
  for (let at = 0; at < text.length; ) {
    const comment = match(COMMENT, text, at);
    if (comment !== undefined) {
      if (start === undefined) above += comment;
      at += comment.length;
    } else if (text[at] === ';') {
      if (start !== undefined) statements.push(toStatement(text.slice(start, at), above));
      [above, start] = ['', undefined];
      at = endOfLineRemark(text, at + 1);
      over = at;
    } else if (/\s/.test(text[at] ?? '')) {
      if (start === undefined) above += text[at];
      at += 1;
    } else {
      start ??= at;
      at += OTHER.map((token) => match(token, text, at)).find((token) => token !== undefined)?.length ?? 1;
    }
  }
  return {
    statements,
    rest: start === undefined ? undefined : toStatement(text.slice(start), above),
    remainder: text.slice(over),
  };
}

function match(token: RegExp, text: string, at: number): string | undefined {
  token.lastIndex = at;
  return token.exec(text)?.[0];
}

/** A comment behind the `;` on its line speaks of the statement that is over. */
function endOfLineRemark(text: string, at: number): number {
  const remark = /[ \t]*--[^\n]*/y;
  return at + (match(remark, text, at)?.length ?? 0);
}

function toStatement(sql: string, above: string): Statement {
  const block =
    above
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? '';
  const lines = block.split('\n').map((line) => line.trim());
  const comment = lines.filter((line) => line.startsWith('--')).map((line) => line.replace(/^-+ ?/, ''));
  return { sql: sql.trim(), comment };
}
