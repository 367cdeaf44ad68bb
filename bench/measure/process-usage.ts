import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its descendants use. */
export interface ProcessUsage {
  /** Processor time since their start in seconds, user and system, threads that have ended included. */
  readonly cpuSeconds: number;
  /** Resident memory in bytes. */
  readonly rssBytes: number;
}

/** The unit of times in /proc, 1/100 s on every architecture Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/**
 * Reads the usage of the process `pid` and its descendants from /proc (Linux). Processes that ended count with what their parent has
 * waited for. Throws the file system's error where `pid` is not there.
 */
export function readProcessUsage(pid: number): ProcessUsage {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const root = all.find((process) => process.pid === pid);
  if (root === undefined) throw new Error(`pid=${pid}: expected a running process; it may have ended meanwhile`);
  const tree = [root];
  for (const parent of tree) tree.push(...all.filter((process) => process.parent === parent.pid));
  return {
    cpuSeconds: tree.reduce((sum, process) => sum + process.ticks, 0) / TICKS_PER_SECOND,
    rssBytes: tree.reduce((sum, process) => sum + process.pages, 0) * PAGE_BYTES,
  };
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly pages: number;
}

/** See proc_pid_stat(5); the name in brackets may hold spaces, so the fields are counted from behind it. */
function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // It ended between the listing and this.
    return undefined;
  }
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number) => fields[number - 3] ?? 0;
  return { pid, parent: field(4), ticks: field(14) + field(15) + field(16) + field(17), pages: field(24) };
}
