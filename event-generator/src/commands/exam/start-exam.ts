import type { ControlClientConfig } from '../../config.ts';
import { incidentsSchema, statusSchema, steerAnswerSchema } from '../../control/schemas.ts';
import type { Clock } from '../../simulation/clock.ts';
import { uniform } from '../../simulation/distributions.ts';
import { createRandom } from '../../simulation/random.ts';
import { UsageError } from '../command.ts';
import { askControl, ControlAnswerError } from '../control/ask-control.ts';
import { type Choice, chooseAny, chooseShowing } from './choose-incident.ts';
import type { Exam, ExamStore } from './exam-store.ts';
import { stopIncident } from './stop-incident.ts';

/** What is wanted. */
export interface Wanted {
  /** 1 to 3; any, where none is given. */
  readonly difficulty: number | undefined;
  /** As long as its kind lasts, where none are given. */
  readonly seconds: number | undefined;
  /** Without any waiting. */
  readonly now: boolean;
}

/** What an exam is started with. */
export interface StartOptions {
  readonly wanted: Wanted;
  readonly control: ControlClientConfig;
  readonly store: ExamStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before it waits. */
  readonly onWaiting: () => void;
}

/** An engineer on call is paged after something has begun, and not told when. */
const BEGINS_AFTER_MS = { min: 0, max: 15_000 };
const PAGED_AFTER_MS = { min: 15_000, max: 35_000 };

/** Longer than a drop of the default length: by then each phase has been there. */
const PATIENCE_MS = 240_000;
const LOOK_EVERY_MS = 1_000;
/** Through all phases, where nobody says how long and none is waited for. */
const NOW_SECONDS = 300;

/** How long the event-generator may take to write an incident down. */
const WRITTEN_WITHIN_MS = 15_000;
const READ_EVERY_MS = 250;

/** Starts a hidden incident in the running drop, and resolves when it is time for its page. Throws a {@link ControlAnswerError} where it cannot. */
export async function startExam({ wanted, control, store, clock, signal, onWaiting }: StartOptions): Promise<Exam> {
  // Whether there is a run to be examined on is said before anybody waits.
  const { catalogue } = await askControl(control, { path: '/incidents', schema: incidentsSchema }, signal);
  const random = createRandom(`exam ${clock.now()}`);
  const { difficulty, now } = wanted;
  const any = chooseAny({ catalogue, difficulty, random });
  if (any === undefined)
    throw new UsageError(`No incident has difficulty ${difficulty}: expected another one, or none.`);
  const wait = async ({ min, max }: { min: number; max: number }) => {
    if (!now) await clock.sleep(uniform(random, min, max), signal);
    signal.throwIfAborted();
  };

  const showing = async (): Promise<Choice> => {
    const patience = clock.now() + PATIENCE_MS;
    while (clock.now() < patience) {
      const moment = await askControl(control, { path: '/status', schema: statusSchema }, signal);
      const choice = chooseShowing({ catalogue, moment, difficulty, random });
      if (choice) return choice;
      await clock.sleep(LOOK_EVERY_MS, signal);
      signal.throwIfAborted();
    }
    return { kind: any, seconds: NOW_SECONDS };
  };

  if (!now) onWaiting();
  await wait(BEGINS_AFTER_MS);
  const { kind, seconds } = now ? { kind: any, seconds: NOW_SECONDS } : await showing();
  const body = { start: { kind, hidden: true, seconds: wanted.seconds ?? seconds } };
  const answer = await askControl(control, { path: '/incidents', body, schema: steerAnswerSchema }, signal);
  const begun = await written('started' in answer ? answer.started.id : '', { store, clock, signal });
  await wait(PAGED_AFTER_MS);
  return begun;
}

/** The event-generator writes an incident down by itself, a moment after it was told to start it. */
async function written(
  id: string,
  { store, clock, signal }: Pick<StartOptions, 'store' | 'clock' | 'signal'>,
): Promise<Exam> {
  const patience = clock.now() + WRITTEN_WITHIN_MS;
  while (clock.now() < patience) {
    const begun = await store.open();
    if (begun?.key.id === id) return begun;
    await clock.sleep(READ_EVERY_MS, signal);
    signal.throwIfAborted();
  }
  await stopIncident(id, signal);
  throw new ControlAnswerError(
    'The incident that was started does not appear in otel.incidents, which the answer is graded by: set STORE_URL and STORE_PASSWORD of the event-generator to this ClickHouse, or CLICKHOUSE_URL to the one it writes to.',
  );
}
