import type { EpochMillis } from '../simulation/clock.ts';
import type { DropStatus } from '../snkrs/drop-report.ts';

/** The present moment of one shard. */
export interface ShardStatus extends DropStatus {
  /** Workers that wait for room, because the collector takes less than they make. */
  readonly waiting: number;
  /** How long all workers together have waited so far. */
  readonly waitedSeconds: number;
  /** Where a time that is not the machine's stands; undefined where it is. */
  readonly simulatedAt: EpochMillis | undefined;
}

/** The present moment of all shards of this process. */
export interface RunStatus extends ShardStatus {
  readonly load: number;
  /** Threads that share the simulation. */
  readonly shards: number;
  /** Over the last few seconds. */
  readonly spansPerSecond: number;
}

/** Several shards' statuses in one: what they count is added up, the time is the one that is furthest behind, the rest is the first one's. */
export function sumStatus(statuses: readonly [ShardStatus, ...ShardStatus[]]): ShardStatus {
  const times = statuses.flatMap(({ simulatedAt }) => simulatedAt ?? []);
  const simulatedAt = times.length > 0 ? Math.min(...times) : undefined;
  return { ...statuses[0], ...sumOf(statuses, SUMMED), simulatedAt };
}

const SUMMED = ['workers', 'ok', 'errors', 'inventory', 'queueDepth', 'waiting', 'waitedSeconds'] as const;

/** The sums over `parts` of the numbers under `keys`. */
export function sumOf<Key extends string>(
  parts: readonly Readonly<Record<Key, number>>[],
  keys: readonly Key[],
): Record<Key, number> {
  const sums = keys.map((key) => [key, parts.reduce((total, part) => total + part[key], 0)] as const);
  // Object.fromEntries forgets its keys.
  return Object.fromEntries(sums) as Record<Key, number>;
}
