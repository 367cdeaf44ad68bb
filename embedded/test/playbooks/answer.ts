/** A value of an answer, as JSONEachRow has it. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A row of an answer, by its columns. */
export type Row = Readonly<Record<string, Value>>;

/** Asks the store of the same run for something else, to hold an answer against. */
export type Sql = (statement: string) => Promise<Row[]>;

/**
 * What must be true of the answer to each question of a playbook, by the question's number. `printed` is what the run
 * wrote to its terminal, which knows nothing of the store.
 */
export type Answers = Readonly<Record<number, (rows: Row[], sql: Sql, printed: string) => void | Promise<void>>>;
