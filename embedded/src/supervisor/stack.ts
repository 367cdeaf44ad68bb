import type { Config } from '../config.ts';
import { startBackend } from './backend.ts';
import { generatorPart } from './generator-process.ts';
import type { Service, StopOptions } from './service.ts';
import { type Supervised, supervise } from './supervise.ts';
import { type Verified, verifyRuns } from './verify-runs.ts';

/** What a running stack is given. */
export interface StackOptions {
  readonly config: Config;
  /** Aborted: stop in order. */
  readonly stop: AbortSignal;
  /** Aborted: every process is killed at once. */
  readonly kill: AbortSignal;
  /** Takes a line when a part has died, and one when it is back. */
  readonly report: (line: string) => void;
  /** Called when everything but the event-generator answers. */
  readonly onReady: () => void;
  /** Called when the stack begins to stop. */
  readonly onStopping: (cause: StopCause) => void;
}

/** Why a stack stops. */
export type StopCause =
  | { readonly type: 'asked' }
  /** The event-generator has done its CYCLES; not `ok`: with losses. */
  | { readonly type: 'finished'; readonly ok: boolean }
  /** A part died, again and again; `how` is the last time. */
  | { readonly type: 'died'; readonly name: string; readonly how: string };

/** How it went. */
export interface StackResult {
  readonly cause: StopCause;
  /** What came of each run of the event-generator, as far as that can be told. */
  readonly runs: readonly Verified[];
}

/**
 * Runs the whole stack: ClickHouse, the collector, HyperDX, the event-generator, in that order; stops them in reverse, once, when
 * asked to, when the event-generator has finished, or when one of them dies too often. One that dies is started again, also while
 * others are being stopped: they may need it until they have ended.
 *
 * @throws the error of the part that did not start, or the reason of `stop` when that came meanwhile, after those before it have been
 *   stopped
 */
export async function runStack(options: StackOptions): Promise<StackResult> {
  const { config, kill, onReady, onStopping } = options;
  const running: Service[] = [];
  const stopAfter = async (kept: Service | undefined, how: StopOptions = {}) => {
    while (running.length > 0 && running.at(-1) !== kept) await running.pop()!.stop(how);
  };
  try {
    const backend = await startBackend(options, running);
    onReady();
    const generatorRuns = generatorPart(config, backend.store, kill);
    const generator = await supervise(generatorRuns, options);
    running.push(generator);
    const cause = await firstToEnd(running, generator, options.stop);
    onStopping(cause);
    if (cause.type === 'died' && cause.name === 'ClickHouse') {
      await stopAfter(undefined, { hopeless: true });
      return { cause, runs: [] };
    }
    await stopAfter(backend.collector);
    await backend.stopCollector({ again: cause.type !== 'died' });
    // ClickHouse is last, and the rows are counted before it goes.
    await stopAfter(backend.clickhouse);
    const count = () => verifyRuns(config, backend.url, generatorRuns.runIds, kill);
    return { cause, runs: await undisturbed(backend.clickhouse, count) };
  } finally {
    await stopAfter(undefined);
  }
}

/** Asks once more for as long as what is asked has died meanwhile, and is back. */
async function undisturbed(asked: Supervised, ask: () => Promise<Verified[]>): Promise<Verified[]> {
  for (;;) {
    await asked.settled();
    const deathsBefore = asked.deaths();
    const runs = await ask();
    if (runs.every(({ ok }) => ok) || asked.deaths() === deathsBefore) return runs;
  }
}

async function firstToEnd(running: readonly Service[], generator: Supervised, stop: AbortSignal): Promise<StopCause> {
  const asked = new Promise<StopCause>((resolve) => {
    if (stop.aborted) resolve({ type: 'asked' });
    stop.addEventListener('abort', () => resolve({ type: 'asked' }), { once: true });
  });
  const finished = generator.ended.then(({ hasFinished, ok, how }): StopCause => {
    return hasFinished ? { type: 'finished', ok } : { type: 'died', name: generator.name, how };
  });
  const died = running
    .filter((service) => service !== generator)
    .map(async ({ name, ended }): Promise<StopCause> => ({ type: 'died', name, how: (await ended).how }));
  return Promise.race([asked, finished, ...died]);
}
