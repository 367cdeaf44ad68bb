import { currentRss } from '../resident-memory.ts';

/** The most physical memory a process has had at any of the samples so far, in MB of 10^6 bytes. */
export interface MemoryWatch extends Disposable {
  /** By the names the processes were given. */
  peaks(): Readonly<Record<string, number>>;
}

const EVERY_MILLIS = 1_000;

/** Reads the resident set of processes from /proc every second. One that has ended, or not begun, counts as 0. */
export function watchMemory(pids: Readonly<Record<string, () => number | undefined>>): MemoryWatch {
  const peaks: Record<string, number> = Object.fromEntries(Object.keys(pids).map((name) => [name, 0]));
  const sample = () => {
    for (const [name, pidOf] of Object.entries(pids)) {
      const pid = pidOf();
      if (pid !== undefined) peaks[name] = Math.max(peaks[name] ?? 0, currentRss(pid));
    }
  };
  const timer = setInterval(sample, EVERY_MILLIS);
  return {
    peaks: () => ({ ...peaks }),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
