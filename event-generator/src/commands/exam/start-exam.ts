import type { ControlClientConfig } from '../../config.ts';
import { incidentsSchema, statusSchema, steerAnswerSchema } from '../../control/schemas.ts';
import type { Clock } from '../../simulation/clock.ts';
import { uniform } from '../../simulation/distributions.ts';
import { createRandom } from '../../simulation/random.ts';
import { UsageError } from '../command.ts';
import { askControl, ControlAnswerError } from '../control/ask-control.ts';
import { chooseIncident, planShowing, type Timing } from './choose-incident.ts';
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
const PAGED_AFTER_SECONDS = { min: 15, max: 35 };

/** Longer than a drop of the default length: by then each phase has begun once. */
const PATIENCE_MS = 240_000;
const LOOK_EVERY_MS = 1_000;
/** Through all phases, where none is waited for. */
const WHENEVER = { delaySeconds: 0, seconds: 300 };

/** How long the event-generator may take to write an incident down. */
const WRITTEN_WITHIN_MS = 15_000;
const READ_EVERY_MS = 250;

/** Starts a hidden incident in the running drop, and resolves when it is time for its page. Throws a {@link ControlAnswerError} where it cannot. */
export async function startExam({ wanted, control, store, clock, signal, onWaiting }: StartOptions): Promise<Exam> {
  // Whether there is a run to be examined on is said before anybody waits.
  const question = { path: '/incidents', schema: incidentsSchema };
  const { catalogue, whyNoneHidden } = await askControl(control, question, signal);
  if (whyNoneHidden !== null) throw new ControlAnswerError(whyNoneHidden);
  const random = createRandom(`exam ${clock.now()}`);
  const entry = chooseIncident(catalogue, wanted.difficulty, random);
  if (entry === undefined) {
    throw new UsageError(`No incident has difficulty ${wanted.difficulty}: expected another one, or none.`);
  }
  const sleep = async (seconds: number) => {
    if (!wanted.now) await clock.sleep(seconds * 1000, signal);
    signal.throwIfAborted();
  };

  const showing = async (): Promise<Timing> => {
    const patience = clock.now() + PATIENCE_MS;
    while (clock.now() < patience) {
      const moment = await askControl(control, { path: '/status', schema: statusSchema }, signal);
      const timing = planShowing(entry, moment, random);
      if (timing) return timing;
      await clock.sleep(LOOK_EVERY_MS, signal);
      signal.throwIfAborted();
    }
    return WHENEVER;
  };

  if (!wanted.now) onWaiting();
  const { delaySeconds, seconds } = wanted.now ? WHENEVER : await showing();
  await sleep(delaySeconds);
  const body = { start: { kind: entry.kind, hidden: true, seconds: wanted.seconds ?? seconds } };
  const answer = await askControl(control, { path: '/incidents', body, schema: steerAnswerSchema }, signal);
  const begun = await written('started' in answer ? answer.started.id : '', { store, clock, signal });
  await sleep(uniform(random, PAGED_AFTER_SECONDS.min, PAGED_AFTER_SECONDS.max));
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
