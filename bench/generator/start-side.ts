import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SideReport, SideTask } from './side.ts';

/** The process of one side; disposing of it ends it. */
export interface Side extends AsyncDisposable {
  readonly pid: number;
  /** What it has made, once it does nothing more by itself; rejects when it ends before. */
  readonly made: Promise<SideReport>;
}

/** Starts a side's program, a file beside this one. */
export function startSide<Task extends SideTask>(program: string, task: Task): Side {
  const side = fork(new URL(program, import.meta.url), [JSON.stringify(task)]);
  const ended = once(side, 'exit').then(([code]): never => {
    throw new Error(`${program} ended with ${code}: expected it to say what it made`);
  });
  const made = Promise.race([once(side, 'message').then(([report]) => report as SideReport), ended]);
  // Its end is no failure once it has said what it made; who waits for that hears of it.
  ended.catch(() => {});
  return {
    // A failure to start comes as the event `error`, which ends the benchmark.
    pid: side.pid as number,
    made,
    [Symbol.asyncDispose]: async () => {
      if (side.connected) side.disconnect();
      if (side.exitCode === null && side.signalCode === null) await once(side, 'exit');
    },
  };
}
