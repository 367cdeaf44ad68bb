/** A reading of memory: seconds since the first one, and bytes. */
export interface Reading {
  readonly seconds: number;
  readonly bytes: number;
}

/** Growth in bytes an hour: the median, and the middle half of what the pairs of readings say. */
export interface Growth {
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

/**
 * The seasonal Kendall slope (Hirsch, Slack and Smith 1982): the median of the slopes between readings that lie whole cycles apart. A drop's
 * memory follows its phases, so only readings at the same moment of a cycle are compared; outliers don't matter to a median.
 * Undefined where the readings span less than a cycle.
 */
export function growthPerHour(readings: readonly Reading[], cycleSeconds: number): Growth | undefined {
  const slopes: number[] = [];
  for (const [i, early] of readings.entries()) {
    for (const late of readings.slice(i + 1)) {
      const cycles = (late.seconds - early.seconds) / cycleSeconds;
      if (Math.round(cycles) < 1 || Math.abs(cycles - Math.round(cycles)) * cycleSeconds > 1) continue;
      slopes.push(((late.bytes - early.bytes) / (late.seconds - early.seconds)) * 3600);
    }
  }
  if (slopes.length === 0) return undefined;
  slopes.sort((a, b) => a - b);
  const at = (share: number) => slopes[Math.round((slopes.length - 1) * share)]!;
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)] };
}
