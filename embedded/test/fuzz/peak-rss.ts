import { readFileSync } from 'node:fs';

/** The most memory a process has had so far, in MB; 0 where the system does not tell (it does on Linux). */
export function peakRss(pid: number): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round((Number(kibibytes ?? 0) * 1_024) / 1e6);
  } catch {
    return 0;
  }
}
