import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Sql } from './answer.ts';

const root = join(import.meta.dirname, '../../..');

/** Asks a question of a playbook, a path from the root, again: after known rows were added. */
export function askerOf(file: string): (sql: Sql, number: number) => Promise<Row[]> {
  const queries = readFileSync(join(root, file), 'utf8').split(/^(?=-- \d+\. )/m);
  return async (sql, number) => {
    const query = queries.find((block) => block.startsWith(`-- ${number}. `));
    if (query === undefined) throw new Error(`${file} has no question ${number}.`);
    return sql(query.trim().replace(/;$/, ''));
  };
}
