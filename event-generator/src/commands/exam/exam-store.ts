import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Grade } from '../../exam/grade.ts';
import { type IncidentRow, incidentRowSchema, toKey } from '../../exam/key.ts';
import type { Key } from '../../exam/schemas.ts';
import type { EpochMillis } from '../../simulation/clock.ts';
import { catalogue } from '../../snkrs/incidents/catalogue.ts';
import type { ClickHouse, RunOptions, Answer as TableAnswer } from '../clickhouse/open-clickhouse.ts';

/** An exam that waits for its answer. */
export interface Exam {
  readonly key: Key;
  readonly runId: string;
  readonly page: string;
  readonly startedAt: EpochMillis;
  /** In words, where the catalogue has it. */
  readonly title: string;
}

/** How an exam ended. */
export interface ExamResult {
  readonly exam: Exam;
  readonly takenAt: EpochMillis;
  /** Given up. */
  readonly revealed: boolean;
  readonly answer: unknown;
  readonly grade: Grade;
}

/** Exams and their results in ClickHouse. */
export interface ExamStore {
  /** The one that waits for its answer; of several, the newest. */
  open(): Promise<Exam | undefined>;
  write(result: ExamResult): Promise<void>;
  /** All results as a table, the oldest first. */
  history(options: Pick<RunOptions, 'format' | 'settings'>): Promise<TableAnswer>;
}

/** Asks `clickhouse` until `signal` aborts. */
export function openExamStore(clickhouse: ClickHouse, signal: AbortSignal): ExamStore {
  const run = async (file: string, options: Omit<RunOptions, 'signal'>) =>
    clickhouse.run(await readFile(join(import.meta.dirname, file), 'utf8'), { ...options, signal });
  return {
    open: async () => {
      const settings = { output_format_json_quote_64bit_integers: 0 };
      const { body } = await run('open-exam.sql', { format: 'JSONEachRow', settings });
      const row = await text(body);
      return row.trim() === '' ? undefined : toExam(incidentRowSchema.parse(JSON.parse(row)));
    },
    write: async ({ exam: { key, runId, startedAt }, takenAt, revealed, answer, grade }) => {
      const { id: incidentId, kind, difficulty } = key;
      const seconds = Math.max(0, takenAt - startedAt) / 1000;
      const result = { incidentId, runId, kind, difficulty, takenAt: Math.round(takenAt), seconds, revealed };
      const { body } = await run('write-result.sql', {
        format: 'Null',
        params: { ...result, answer: JSON.stringify(answer), ...grade },
      });
      await text(body);
    },
    history: (options) => run('history.sql', options),
  };
}

function toExam(row: IncidentRow): Exam {
  const { runId, page, startedAt, kind } = row;
  const title = catalogue().find((incident) => incident.kind === kind)?.title ?? kind;
  return { key: toKey(row), runId, page, startedAt, title };
}
