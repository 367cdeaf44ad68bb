import { readClickHouseConfig } from '../config.ts';
import { NOTHING } from '../exam/grade.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { openExamStore } from './exam/exam-store.ts';
import { stopIncident } from './exam/stop-incident.ts';
import { tellTruth } from './exam/tell.ts';

/** Gives the exam up that is on, and says what it was. */
async function reveal({ words, clock, signal }: CommandContext): Promise<number> {
  if (words.length > 0) throw new UsageError(`reveal ${words.join(' ')}: expected nothing.`);
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'reveal', clock });
  try {
    const store = openExamStore(clickhouse, signal);
    const exam = await store.open();
    if (exam === undefined) throw new UsageError('No exam is on: start one with just exam.');
    const takenAt = clock.now();
    await store.write({ exam, takenAt, revealed: true, answer: {}, grade: NOTHING });
    await stopIncident(exam.key.id, signal);
    for (const line of tellTruth(exam, takenAt)) console.log(line);
    return 0;
  } finally {
    await clickhouse.close();
  }
}

await runCommand(reveal);
