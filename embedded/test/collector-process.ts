import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CollectorMessage } from '../src/collector/messages.ts';
import type { CollectorOptions } from '../src/collector/options.ts';
import type { Cleanup } from './collector.ts';

/** The collector's real process, and what it has printed. */
export interface CollectorProcess {
  readonly child: ChildProcess;
  /** Its answer to the start message. */
  readonly answer: CollectorMessage;
  output(): string;
  /** Sends a signal and resolves to the exit code, or to the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts embedded/src/collector/main.ts as the supervisor does; killed after the test if it is still there. */
export async function startCollectorProcess(
  t: Cleanup,
  options: CollectorOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<CollectorProcess> {
  const child = fork(join(import.meta.dirname, '../src/collector/main.ts'), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  t.after(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit');
  const answered = once(child, 'message');
  child.send({ type: 'start', options });
  const [answer] = await Promise.race([answered, exited.then(() => Promise.reject(new Error(`exited: ${output}`)))]);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code, by] = await exited;
    return code ?? by;
  };
  return { child, answer, output: () => output, end };
}
