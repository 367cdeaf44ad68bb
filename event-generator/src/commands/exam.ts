import { readClickHouseConfig, readControlClientConfig, wantsColour } from '../config.ts';
import { statusSchema, steerAnswerSchema } from '../control/schemas.ts';
import { parseDuration } from '../exam/instant.ts';
import type { Clock } from '../simulation/clock.ts';
import { createRandom } from '../simulation/random.ts';
import { createPalette } from '../terminal/palette.ts';
import { openClickHouse } from './clickhouse/open-clickhouse.ts';
import { type CommandContext, runCommand, UsageError } from './command.ts';
import { askControl, ControlAnswerError } from './control/ask-control.ts';
import { type Exam, type ExamStore, openExamStore } from './exam/exam-store.ts';
import { stopIncident } from './exam/stop-incident.ts';
import { tellPage, tellTask } from './exam/tell.ts';
import { printAnswer, tableOptions } from './table/print-answer.ts';

const USAGE = 'exam [--difficulty 1|2|3] [--for 5m] [--now], or exam --history';

/** Longer than a drop of the default length, so that each kind has the phase in which it shows. */
const DEFAULT_MS = 300_000;
const LONGEST_MS = 6 * 3_600_000;

/** Who is paged is paged after something has begun, and not told when: the incident waits, and so does its page. */
const BEGINS_WITHIN_MS = 20_000;
const PAGED_AFTER_MS = 20_000;
const PAGED_WITHIN_MS = 40_000;

/** How long the event-generator may take to write an incident down. */
const WRITTEN_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 250;

/** What is wanted. */
interface Wanted {
  readonly difficulty: number | undefined;
  readonly seconds: number;
  /** Without the waiting. */
  readonly now: boolean;
}

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
    const shown = open ?? (await start(wanted, store, clock, signal));
    for (const line of [...tellPage(shown, paint), ...tellTask(paint)]) console.log(line);
    return 0;
  } finally {
    await clickhouse.close();
  }
}

async function start(wanted: Wanted, store: ExamStore, clock: Clock, signal: AbortSignal): Promise<Exam> {
  const control = readControlClientConfig();
  // Whether there is a run to be examined on is said before anybody waits.
  const { runId } = await askControl(control, { path: '/status', schema: statusSchema }, signal);
  const random = createRandom(`${runId} ${clock.now()}`);
  const wait = async (atLeast: number, atMost: number) => {
    if (!wanted.now) await clock.sleep(atLeast + (atMost - atLeast) * random.next(), signal);
    signal.throwIfAborted();
  };
  if (!wanted.now) console.log('You are on call. The page will come within a minute.\n');
  await wait(0, BEGINS_WITHIN_MS);
  const { difficulty, seconds } = wanted;
  const body = { start: { kind: 'random', hidden: true, seconds, ...(difficulty !== undefined && { difficulty }) } };
  const answer = await askControl(control, { path: '/incidents', body, schema: steerAnswerSchema }, signal);
  const begun = await written('started' in answer ? answer.started.id : '', store, clock, signal);
  await wait(PAGED_AFTER_MS, PAGED_WITHIN_MS);
  return begun;
}

/** The event-generator writes an incident down by itself, a moment after it was told to start it. */
async function written(id: string, store: ExamStore, clock: Clock, signal: AbortSignal): Promise<Exam> {
  const patience = clock.now() + WRITTEN_WITHIN_MS;
  while (!signal.aborted && clock.now() < patience) {
    const begun = await store.open();
    if (begun?.key.id === id) return begun;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  signal.throwIfAborted();
  await stopIncident(id, signal);
  throw new ControlAnswerError(
    'The incident that was started does not appear in otel.incidents, which the answer is graded by: set STORE_URL and STORE_PASSWORD of the event-generator to this ClickHouse, or CLICKHOUSE_URL to the one it writes to.',
  );
}

async function showHistory(store: ExamStore): Promise<number> {
  const answer = await store.history(tableOptions(process.stdout));
  if (answer.rows === 0) console.log('No exam has been taken yet: start one with just exam.');
  else await printAnswer(answer, process.stdout);
  return 0;
}

function readWords(words: readonly string[]): 'history' | Wanted {
  if (words.length === 1 && words[0] === '--history') return 'history';
  let wanted: Wanted = { difficulty: undefined, seconds: DEFAULT_MS / 1000, now: false };
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
