import type { Fate } from './fate.ts';
import type { Answer } from './send.ts';
import { rowKey, type TableRow, type Verdict } from './verdict.ts';

/** In which way a request's fate is not what the oracle says. */
export type DifferenceKind =
  /** The oracle reads it, the collector does not take it. */
  | 'refused'
  /** Both refuse it, with statuses that do not mean the same. */
  | 'refused with another status'
  /** The oracle reads it, ClickHouse does not. */
  | 'quarantined'
  /** The oracle does not read it; it was acknowledged and ClickHouse does not read it either. */
  | 'refused late'
  /** The oracle does not read it, and it is in the tables. */
  | 'stored'
  /** Both read it, as something else. */
  | 'other rows'
  | 'other items rejected'
  /** It holds up its segment. */
  | 'stuck';

/** A column that holds something else than it should, each as JSON. */
export interface ColumnDifference {
  readonly column: string;
  readonly have: string;
  readonly want: string;
}

/** A difference, in words that say what exactly differs. */
export interface FateDifference {
  readonly kind: DifferenceKind;
  readonly text: string;
  /** Where the rows are as many as expected, every column of theirs that differs. */
  readonly columns: readonly ColumnDifference[];
}

/** How the rows found differ from those expected. */
interface RowsDifference {
  readonly text: string;
  readonly columns: readonly ColumnDifference[];
}

const NO_COLUMNS = { columns: [] };

/** What is not as the oracle says; undefined when all is. */
export function compareFate(verdict: Verdict, fate: Fate): FateDifference | undefined {
  if (fate.kind === 'stuck') return { kind: 'stuck', text: fate.reason, ...NO_COLUMNS };
  if (fate.kind === 'refused') return compareRefusal(verdict, fate.answer);
  if (fate.kind === 'quarantined') return compareQuarantined(verdict, fate.reason, fate.rows);
  const rows = compareRows(verdict.rows, fate.rows);
  if (!verdict.accept) {
    const text = rows === undefined ? `${verdict.why}` : `${verdict.why}; ${rows.text}`;
    return { kind: 'stored', text, columns: rows?.columns ?? [] };
  }
  if (rows !== undefined) {
    const partial = fate.answer.message.includes('partialSuccess') ? `; ${fate.answer.message}` : '';
    return { kind: 'other rows', text: rows.text + partial, columns: rows.columns };
  }
  const [expected, told] = [verdict.rejected ?? 0, rejectedItems(fate.answer)];
  if (expected === told) return undefined;
  return {
    kind: 'other items rejected',
    text: `${told} instead of ${expected}: ${fate.answer.message}`,
    ...NO_COLUMNS,
  };
}

function compareRefusal(verdict: Verdict, { status, message }: Answer): FateDifference | undefined {
  if (verdict.accept) return { kind: 'refused', text: `${status}: ${message}`, ...NO_COLUMNS };
  if (verdict.answers?.includes(status)) return undefined;
  const text = `${status} instead of ${verdict.answers?.join(' or ')}: ${message}; ${verdict.why}`;
  return { kind: 'refused with another status', text, ...NO_COLUMNS };
}

function compareQuarantined(verdict: Verdict, reason: string, rows: readonly TableRow[]): FateDifference {
  const stored = rows.length > 0 ? `; ${rows.length} of its rows are stored all the same` : '';
  if (verdict.accept) return { kind: 'quarantined', text: reason + stored, ...NO_COLUMNS };
  return { kind: 'refused late', text: `${verdict.why}; ${reason}${stored}`, ...NO_COLUMNS };
}

function rejectedItems({ message }: Answer): number {
  const digits = /"rejected\w+":"(\d+)"/.exec(message)?.[1];
  return Number(digits ?? 0);
}

function compareRows(expected: readonly TableRow[], found: readonly TableRow[]): RowsDifference | undefined {
  const [missing, more] = [without(expected, found), without(found, expected)];
  if (missing.length === 0 && more.length === 0) return undefined;
  if (missing.length !== more.length) {
    return { text: `${found.length} rows instead of ${expected.length}`, ...NO_COLUMNS };
  }
  const columns: ColumnDifference[] = [];
  for (const [index, [table, row]] of missing.entries()) {
    const [otherTable, other] = more[index]!;
    if (otherTable !== table) return { text: `rows of ${otherTable} instead of ${table}`, ...NO_COLUMNS };
    for (const [column, value] of Object.entries(row)) {
      const [want, have] = [JSON.stringify(value), JSON.stringify(other[column])];
      if (want !== have) columns.push({ column, have, want });
    }
  }
  const texts = columns.map(({ column, have, want }) => `${column} ${shown(have)} instead of ${shown(want)}`);
  return { text: Array.from(new Set(texts)).sort().slice(0, 5).join('; '), columns };
}

const shown = (text = 'nothing') => (text.length > 200 ? `${text.slice(0, 100)}…${text.slice(-100)}` : text);

/** Those of `rows` that are not among `others`, in the order of their columns. */
function without(rows: readonly TableRow[], others: readonly TableRow[]): TableRow[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(rowKey(other), (left.get(rowKey(other)) ?? 0) + 1);
  const rest = rows.filter((row) => {
    const count = left.get(rowKey(row)) ?? 0;
    left.set(rowKey(row), count - 1);
    return count <= 0;
  });
  return rest.sort((a, b) => (rowKey(a) < rowKey(b) ? -1 : 1));
}
