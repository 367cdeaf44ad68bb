/** A row by its columns, texts as bytes (one character each), 64-bit numbers and the bits of floats as decimal texts. */
export type Row = Readonly<Record<string, unknown>>;

/** A row, and the table of database otel it is in. */
export type TableRow = readonly [table: string, row: Row];

/** What should become of a request. */
export interface Verdict {
  readonly accept: boolean;
  /** Refusals that fit, as `grpc 3` or `http 400`. */
  readonly answers?: readonly string[];
  /** Why it is to be refused. */
  readonly why?: string;
  /** Items of a JSON request that are left out of it. */
  readonly rejected?: number;
  /** What it becomes; of a request with texts that are no UTF-8, what it would become. */
  readonly rows: readonly TableRow[];
}

/** A row as one text: equal rows have equal ones. */
export function rowKey([table, row]: TableRow): string {
  const columns = Object.keys(row).sort();
  return JSON.stringify([table, ...columns.map((column) => [column, row[column]])]);
}
