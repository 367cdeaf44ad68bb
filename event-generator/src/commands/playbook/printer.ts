import type { Answer, RunOptions } from '../clickhouse/open-clickhouse.ts';
import type { PlaybookQuery } from './parse-playbook.ts';

/** How answers reach the reader. */
export interface PlaybookPrinter {
  /** What it wants of ClickHouse. */
  options(): Pick<RunOptions, 'format' | 'settings'>;
  /** @throws {StatementError} the answer cannot be printed this way */
  print(query: PlaybookQuery, answer: Answer): Promise<void>;
  fail(query: PlaybookQuery, reason: string): void;
}
