import { readFileSync } from 'node:fs';

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
    for (const [name, pid] of Object.entries(pids)) peaks[name] = Math.max(peaks[name] ?? 0, residentMegabytes(pid()));
  };
  const timer = setInterval(sample, EVERY_MILLIS);
  return {
    peaks: () => ({ ...peaks }),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** `VmRSS: 123456 kB` of /proc/PID/status, in MB. */
function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round((Number(kilobytes ?? 0) * 1024) / 1e6);
  } catch {
    return 0;
  }
}
