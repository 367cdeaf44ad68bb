/**
 * Words a query may not use as names, in lower case, with the reason. ClickHouse lets every reader call the scalar function
 * file() without a grant, and reach it through text that is itself read as SQL.
 */
const REFUSED_NAMES: ReadonlyMap<string, string> = new Map([
  ['file', 'reads files of the server'],
  ...['values', 'generaterandom', 'input', 'eval', 'sqlite'].map(
    (name) => [name, 'reads SQL or a file from a text'] as const,
  ),
  ...['additional_table_filters', 'additional_result_filter', 'parallel_replicas_custom_key'].map(
    (name) => [name, 'takes SQL as a text'] as const,
  ),
  ...[
    'format_schema',
    'format_schema_source',
    'format_template_row',
    'format_template_resultset',
    'input_format_record_errors_file_path',
  ].map((name) => [name, 'names a file of the server'] as const),
  ...['dialect', 'polyglot_dialect'].map((name) => [name, 'changes the language of the query'] as const),
]);

/** The name alone is harmless (NULL, a column of that name); the table function of that name takes SQL as a text. */
const REFUSED_CALLS: ReadonlySet<string> = new Set(['null']);

const TOKEN = new RegExp(
  [
    // A comment in a comment is left to fail: ClickHouse nests them.
    String.raw`(?<blank>[ \t\r\n\f\v]+|--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*))*\*\/)`,
    String.raw`(?<text>'(?:[^'\\]|\\.|'')*')`,
    '(?<quoted>`(?:[^`\\\\]|\\\\.|``)*`|"(?:[^"\\\\]|\\\\.|"")*")',
    '(?<word>[A-Za-z_][A-Za-z0-9_]*)',
    '(?<number>[0-9][A-Za-z0-9_]*)',
    // Slashes that begin a comment are no symbols, `//` among them.
    String.raw`(?<symbol>\/(?![*/])|[-+*%=<>!?:;,.(){}[\]|^&@~])`,
  ].join('|'),
  'suy',
);

/** Whether a setting of that name may come with a query, in its text or beside it. */
export function isRefusedSetting(name: string): boolean {
  return REFUSED_NAMES.has(name.toLowerCase());
}

/**
 * Why `sql` is not passed on, or undefined. `parameters` are the values of its `{name:Type}` substitutions, since an
 * `{f:Identifier}` can stand for a function.
 *
 * Text is cut into tokens as ClickHouse's lexer does it. Whatever that lexer knows and no query of the page contains (heredocs,
 * typographic quotes, nested comments) is refused rather than followed, so that the two cannot disagree on what is a string.
 */
export function refusalOf(sql: string, parameters: Iterable<string> = []): string | undefined {
  let takesIdentifiers = false;
  let lastName: string | undefined;
  const tokens = new RegExp(TOKEN);
  while (tokens.lastIndex < sql.length) {
    const start = tokens.lastIndex;
    const groups = tokens.exec(sql)?.groups;
    if (groups === undefined) {
      return `the query cannot be read at "${sql.slice(start, start + 20)}"`;
    }
    if (groups.blank !== undefined) continue;
    const name = groups.word ?? (groups.quoted === undefined ? undefined : unquote(groups.quoted));
    const reason = name === undefined ? undefined : REFUSED_NAMES.get(name.toLowerCase());
    if (reason !== undefined) return `"${name}" ${reason}`;
    if (groups.symbol === '(' && lastName !== undefined && REFUSED_CALLS.has(lastName)) {
      return `the table function "${lastName}" takes SQL as a text`;
    }
    lastName = name?.toLowerCase();
    takesIdentifiers ||= lastName === 'identifier';
  }
  if (!takesIdentifiers) return undefined;
  for (const value of parameters) {
    const reason = REFUSED_NAMES.get(unquote(`"${value.trim()}"`).toLowerCase());
    if (reason !== undefined) return `"${value}" ${reason}`;
  }
  return undefined;
}

/** The name in quotes, its escapes resolved: `\x66` too, and any other escaped letter taken for the letter itself. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\x([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\N/g, '')
    .replace(/\\(.)/gs, '$1');
}
