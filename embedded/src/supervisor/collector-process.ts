import { join } from 'node:path';
import { z } from 'zod';
import type { CollectorOptions } from '../collector/options.ts';
import { type ChildOptions, forkChild } from './child-process.ts';
import type { Service } from './service.ts';
import type { Part } from './supervise.ts';
import { SupervisorError } from './supervisor-error.ts';

const NAME = 'the collector';

/** The collector drains its spool for 20 s at most; what is left then waits on disk for the next start. */
const STOP_WITHIN_MS = 30_000;
const GIVE_UP_WITHIN_MS = 8_000;
/** A full spool is read through at the start, for its bodies' hashes: 2 GB from a slow disk, or more where SPOOL_MAX_BYTES says so. */
const READY_WITHIN_MS = 300_000;

const replySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);

type Reply = z.infer<typeof replySchema> | { readonly type: 'called-off' };

/** Who may end a start before its time. */
export interface StartSignals extends Pick<ChildOptions, 'kill'> {
  /** Aborted while the collector is starting, it calls the start off. */
  readonly stop: AbortSignal;
}

/** The collector: each further start gets the same options, and so the same spool. */
export function collectorPart(options: CollectorOptions, kill: AbortSignal): Part {
  return { name: NAME, start: (calledOff) => startCollectorProcess(options, { stop: calledOff, kill }) };
}

/**
 * Starts the collector and resolves when it receives. `options` go over the IPC channel, since other users of the
 * machine can read a command line.
 *
 * @throws {SupervisorError} it did not start; nothing is left running
 * @throws the reason of `stop` once that is aborted; nothing is left running
 */
export async function startCollectorProcess(options: CollectorOptions, { stop, kill }: StartSignals): Promise<Service> {
  const module = join(import.meta.dirname, '../collector/main.ts');
  const child = forkChild({ module, environment: {}, kill });
  const reply = new Promise<Reply>((resolve) => {
    child.process.on('message', (message) => {
      const { data } = replySchema.safeParse(message);
      if (data !== undefined) resolve(data);
    });
    child.ended.then(({ how }) =>
      resolve({ type: 'failed', message: `The collector ended before it was ready: ${how}.` }),
    );
    const tooLate = () =>
      resolve({ type: 'failed', message: `The collector was not ready within ${READY_WITHIN_MS / 1000} s.` });
    setTimeout(tooLate, READY_WITHIN_MS).unref();
    stop.addEventListener('abort', () => resolve({ type: 'called-off' }), { once: true });
    if (stop.aborted) resolve({ type: 'called-off' });
  });
  child.process.send({ type: 'start', options }, () => {}); // A failed send ends in `ended`.
  const answer = await reply;
  if (answer.type === 'called-off') {
    await child.leave(GIVE_UP_WITHIN_MS);
    throw stop.reason;
  }
  if (answer.type === 'failed') {
    child.process.kill('SIGKILL');
    await child.ended;
    throw new SupervisorError(answer.message);
  }
  return {
    name: NAME,
    ended: child.ended,
    // A collector whose channel is gone gives up on what it cannot store after a moment.
    stop: ({ hopeless = false } = {}) => (hopeless ? child.leave(GIVE_UP_WITHIN_MS) : child.stop(STOP_WITHIN_MS)),
  };
}
