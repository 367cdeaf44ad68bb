import { readClickHouseConfig, wantsColour } from '../config.ts';
import { duration } from '../duration.ts';
import { explainGrade } from '../exam/explain.ts';
import { grade } from '../exam/grade.ts';
import { createPalette } from '../terminal/palette.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { askAnswer } from './exam/ask-answer.ts';
import { openExamStore } from './exam/exam-store.ts';
import { readAnswer } from './exam/read-answer.ts';
import { stopIncident } from './exam/stop-incident.ts';
import { tellKeywords, tellPage, tellTruth } from './exam/tell.ts';

/** Answers the exam that is on, by flags or by questions, grades the answer against the key and explains it. */
async function answer({ words, clock, signal }: CommandContext): Promise<number> {
  const given = words.length === 0 ? undefined : readAnswer(words, clock.now());
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'answer', clock });
  try {
    const store = openExamStore(clickhouse, signal);
    const exam = await store.open();
    if (exam === undefined) throw new UsageError('No exam is on: start one with just exam.');
    const paint = createPalette(wantsColour(process.stdout.isTTY));
    if (given === undefined) for (const line of tellPage(exam, paint)) console.log(line);
    const said = given ?? (await askAnswer({ input: process.stdin, out: process.stdout, clock, signal }));
    const takenAt = clock.now();
    const whole = { page: exam.key.id, ...said };
    const result = grade(exam.key, whole, takenAt);
    await store.write({ exam, takenAt, revealed: false, answer: whole, grade: result });
    await stopIncident(exam.key.id, signal);
    for (const line of [
      '',
      ...explainGrade(exam.key, whole, result, takenAt),
      '',
      ...tellTruth(exam, takenAt),
      ...tellKeywords(exam, said.why),
      paint.dim(`Answered ${duration(takenAt - exam.startedAt)} after it began. Your progress: just exam --history.`),
    ])
      console.log(line);
    return 0;
  } finally {
    await clickhouse.close();
  }
}

await runCommand(answer);
