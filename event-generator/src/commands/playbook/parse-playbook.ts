import { splitStatements } from '../clickhouse/split-statements.ts';

/** A query of a playbook. */
export interface PlaybookQuery {
  /** As its heading has it, or its position in a file whose queries have no such headings; from 1. */
  readonly number: number;
  /** The question it answers; empty where nothing stands above it. */
  readonly question: string;
  /** How to read the answer. */
  readonly explanation: readonly string[];
  readonly sql: string;
}

const HEADING = /^(\d{1,4})\. +(.+)$/;

/**
 * Reads an SQL file. A playbook's queries each stand under a comment that begins with `N. The question?` and goes on with how to read the
 * answer. In any other file the statements are numbered by their position. The last statement needs no `;`.
 */
export function parsePlaybook(text: string): PlaybookQuery[] {
  const { statements, rest } = splitStatements(text);
  const all = rest === undefined ? statements : [...statements, rest];
  const isPlaybook = all.every(({ comment }) => HEADING.test(comment[0] ?? ''));
  return all.map(({ sql, comment: [first = '', ...explanation] }, index) => {
    const [, number, question] = (isPlaybook && HEADING.exec(first)) || [];
    return { number: Number(number ?? index + 1), question: question ?? first, explanation, sql };
  });
}
