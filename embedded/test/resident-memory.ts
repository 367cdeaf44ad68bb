import { readFileSync } from 'node:fs';

/** The most memory a process has had so far, in MB of 10^6 bytes; 0 where the system does not tell (it does on Linux). */
export function peakRss(pid: number): number {
  return readMegabytes(pid, 'VmHWM');
}

/** The memory a process has now, in MB of 10^6 bytes; 0 once it has ended, and where the system does not tell. */
export function currentRss(pid: number): number {
  return readMegabytes(pid, 'VmRSS');
}

/** A line like `VmRSS: 123456 kB` of /proc/PID/status: see proc_pid_status(5). */
function readMegabytes(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return Math.round((Number(kibibytes ?? 0) * 1_024) / 1e6);
  } catch {
    return 0;
  }
}
