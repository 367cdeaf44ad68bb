/** A count with separators, shortened from 10 million on: at most 9 characters. */
export function count(value: number): string {
  if (value < 10_000_000) return Math.round(value).toLocaleString('en-US');
  const [divisor, unit] = value < 10_000_000_000 ? [1e6, 'M'] : [1e9, 'G'];
  return `${(value / divisor).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${unit}`;
}

/** Bytes as MB (1,000,000 bytes), with as many decimals as three digits leave. */
export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A length of time in the unit it is best read in. */
export function age(seconds: number): string {
  if (seconds < 0) return `${age(-seconds)} ahead`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** `HH:MM:SS`, UTC. */
export function timeOfDay(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(11, 19);
}

/** The middle of `values`, or of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
