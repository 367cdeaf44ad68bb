import { readClickHouseConfig, readControlClientConfig, wantsColour } from '../config.ts';
import { parseDuration } from '../exam/instant.ts';
import { createPalette } from '../terminal/palette.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { type ExamStore, openExamStore } from './exam/exam-store.ts';
import { startExam, type Wanted } from './exam/start-exam.ts';
import { tellPage, tellTask } from './exam/tell.ts';
import { printAnswer, tableOptions } from './table/print-answer.ts';

const USAGE = 'exam [--difficulty 1|2|3] [--for 5m] [--now], or exam --history';

const LONGEST_MS = 6 * 3_600_000;

/** Starts an incident that nobody is told of, and prints the page it raises; with --history, shows how all exams went. */
async function exam({ words, clock, signal }: CommandContext): Promise<number> {
  const wanted = readWords(words);
  const clickhouse = openClickHouse({ config: readClickHouseConfig(), command: 'exam', clock });
  try {
    const store = openExamStore(clickhouse, signal);
    if (wanted === 'history') return await showHistory(store);
    const paint = createPalette(wantsColour(process.stdout.isTTY));
    const open = await store.open();
    if (open) console.log(paint.yellow('This exam is still on; answer it, or give it up, before the next.'));
    const control = readControlClientConfig();
    const onWaiting = () =>
      console.log(
        'You are on call. The page comes by itself within a few minutes, most likely while a drop is live.\n',
      );
    const shown = open ?? (await startExam({ wanted, control, store, clock, signal, onWaiting }));
    for (const line of [...tellPage(shown, paint), ...tellTask(paint)]) console.log(line);
    return 0;
  } finally {
    await clickhouse.close();
  }
}

async function showHistory(store: ExamStore): Promise<number> {
  const answer = await store.history(tableOptions(process.stdout));
  if (answer.rows === 0) console.log('No exam has been taken yet: start one with just exam.');
  else await printAnswer(answer, process.stdout);
  return 0;
}

function readWords(words: readonly string[]): 'history' | Wanted {
  if (words.length === 1 && words[0] === '--history') return 'history';
  let wanted: Wanted = { difficulty: undefined, seconds: undefined, now: false };
  const rest = [...words];
  while (rest.length > 0) {
    const flag = rest.shift();
    const value = flag === '--now' ? '' : (rest.shift() ?? '');
    const ms = parseDuration(value);
    if (flag === '--now') wanted = { ...wanted, now: true };
    else if (flag === '--difficulty' && /^[123]$/.test(value)) wanted = { ...wanted, difficulty: Number(value) };
    else if (flag === '--for' && ms !== undefined && ms >= 1_000 && ms <= LONGEST_MS)
      wanted = { ...wanted, seconds: Math.round(ms / 1000) };
    else throw new UsageError(`exam ${words.join(' ')}: expected ${USAGE}, for 6h at most.`);
  }
  return wanted;
}

await runCommand(exam);
