import type { Answer, RunOptions } from '../clickhouse/open-clickhouse.ts';
import type { PlaybookQuery } from './parse-playbook.ts';

/** How answers reach the reader. */
export interface PlaybookPrinter {
  /** What it wants of ClickHouse. */
  options(): Pick<RunOptions, 'format' | 'settings'>;
  /** Before the query runs, as that may take a while. */
  begin(query: PlaybookQuery): void;
  /** @throws {StatementError} the answer cannot be printed this way */
  print(query: PlaybookQuery, answer: Answer): Promise<void>;
  fail(query: PlaybookQuery, reason: string): void;
}
