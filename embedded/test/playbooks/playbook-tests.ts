import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { INHERITED } from '../inherited.ts';
import type { TwoDrops } from '../two-drops.ts';
import type { Answers, Row, Sql } from './answer.ts';
import { OTEL_ANSWERS } from './otel-answers.ts';
import { SNKRS_ANSWERS } from './snkrs-answers.ts';

const root = join(import.meta.dirname, '../../..');

const SNKRS = 'event-generator/snkrs_queries.sql';

const PLAYBOOKS: readonly { readonly file: string; readonly answers: Answers }[] = [
  { file: 'otel_queries.sql', answers: OTEL_ANSWERS },
  { file: SNKRS, answers: SNKRS_ANSWERS },
];

/** A line of `query --json`. */
interface Answer {
  readonly number: number;
  readonly question: string;
  readonly rows: Row[];
}

/** A question as the file has it. */
interface Question {
  readonly number: number;
  readonly question: string;
  /** The comment lines under the question. */
  readonly howToRead: readonly string[];
}

const run = promisify(execFile);

/** What `just query FILE` runs, at a ClickHouse. */
async function ask(file: string, url: string, password: string): Promise<Answer[]> {
  const { stdout } = await run(process.execPath, ['event-generator/src/commands/query.ts', file, '--json'], {
    cwd: root,
    env: { ...INHERITED, CLICKHOUSE_URL: url, CLICKHOUSE_PASSWORD: password },
    maxBuffer: 64 * 2 ** 20,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function questionsOf(file: string): Question[] {
  const blocks = readFileSync(join(root, file), 'utf8').split(/^(?=-- \d+\. )/m);
  return blocks.slice(1).map((block) => {
    const lines = block.split('\n');
    const comments = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('--')),
    );
    const [first = '', ...howToRead] = comments.map((line) => line.replace(/^-- ?/, ''));
    const [, number, question = ''] = /^(\d+)\. (.*)$/.exec(first) ?? [];
    return { number: Number(number), question, howToRead };
  });
}

/** What the playbooks must answer about the drops. */
export function playbookTests(drops: () => TwoDrops): void {
  const answered = new Map<string, Answer[]>();
  const sql: Sql = (statement) => drops().stored.rows<Row>(statement);
  before(async () => {
    const { url, password } = drops().stored;
    for (const { file } of PLAYBOOKS) answered.set(file, await ask(file, url, password));
  });

  for (const { file, answers } of PLAYBOOKS) {
    describe(file, () => {
      const questions = questionsOf(file);

      test('has at least 20 questions, numbered from 1, each with how to read its answer and what must be true of it', () => {
        assert.ok(questions.length >= 20, `${questions.length} questions`);
        const numbers = questions.map(({ number }) => number);
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => index + 1),
        );
        assert.deepEqual(Object.keys(answers).map(Number), numbers);
        for (const { number, question, howToRead } of questions) {
          assert.match(question, /\?$/, `question ${number}`);
          assert.ok(howToRead.join(' ').length > 40, `how to read ${number}`);
        }
      });

      for (const { number, question } of questions) {
        test(`${number}. ${question}`, async () => {
          const answer = answered.get(file)?.find((answer) => answer.number === number);
          assert.equal(answer?.question, question);
          const shown = JSON.stringify(answer?.rows.slice(0, 20), null, 1);
          try {
            await answers[number]?.(answer?.rows ?? [], sql, drops().stack.output());
          } catch (error) {
            throw new Error(`The answer was ${shown}`, { cause: error });
          }
        });
      }
    });
  }
}

/** What they must answer in a first PRE_DROP: all that came after it is taken away. */
export function earlyPlaybookTests(drops: () => TwoDrops): void {
  test('answers every question about the drop before there is one to compare', async () => {
    await drops().stored.rows(
      `ALTER TABLE otel.otel_traces DELETE
       WHERE SpanAttributes['snkrs.phase'] != 'PRE_DROP' OR SpanAttributes['snkrs.drop.id'] NOT LIKE '%-0001'
       SETTINGS mutations_sync = 1`,
    );
    const { url, password } = drops().stored;
    const early = await ask(SNKRS, url, password);
    assert.deepEqual(
      early.map(({ number }) => number),
      questionsOf(SNKRS).map(({ number }) => number),
    );
    const [each, warRoom, comparison] = early.map(({ rows }) => rows);
    assert.deepEqual(
      each?.map(({ phase, checkouts, orders, sold_out_after_s }) => ({ phase, checkouts, orders, sold_out_after_s })),
      [{ phase: 'PRE_DROP', checkouts: 0, orders: 0, sold_out_after_s: null }],
    );
    assert.match(String(warRoom?.[0]?.value), /-0001, PRE_DROP$/);
    assert.deepEqual(comparison, []);
  });
}
