import { join } from 'node:path';
import { z } from 'zod';
import type { CollectorOptions } from '../collector/options.ts';
import { forkChild } from './child-process.ts';
import type { Service } from './service.ts';
import { SupervisorError } from './supervisor-error.ts';

/** The collector drains its spool for 20 s at most; what is left then waits on disk for the next start. */
const STOP_WITHIN_MS = 30_000;
const GIVE_UP_WITHIN_MS = 8_000;
const READY_WITHIN_MS = 30_000;

const replySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);

/**
 * Starts the collector and resolves when it receives. `options` go over the IPC channel, since other users of the
 * machine can read a command line.
 *
 * @throws {SupervisorError} it did not start; nothing is left running
 */
export async function startCollectorProcess(options: CollectorOptions, kill: AbortSignal): Promise<Service> {
  const module = join(import.meta.dirname, '../collector/main.ts');
  const child = forkChild({ module, environment: {}, kill });
  const reply = new Promise<z.infer<typeof replySchema>>((resolve) => {
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
  });
  child.process.send({ type: 'start', options }, () => {}); // A failed send ends in `ended`.
  const answer = await reply;
  if (answer.type === 'failed') {
    child.process.kill('SIGKILL');
    await child.ended;
    throw new SupervisorError(answer.message);
  }
  return {
    name: 'the collector',
    ended: child.ended,
    // A collector whose channel is gone gives up on what it cannot store after a moment.
    stop: ({ hopeless = false } = {}) => (hopeless ? child.leave(GIVE_UP_WITHIN_MS) : child.stop(STOP_WITHIN_MS)),
  };
}
