import type { DropObserver } from '../snkrs/drop-report.ts';
import { sumOf } from './run-status.ts';

/**
 * Observers for the shards of one drop: what each of them hears of its part, `observer` hears of the whole when the last part has come,
 * with what they count added up. All shards go through the same drops and phases; a phase that some of them were stopped before goes
 * untold.
 */
export function joinObservers(shards: number, observer: DropObserver): DropObserver[] {
  const dropStarted = join(shards, ['pairs'], observer.dropStarted);
  const phaseStarted = join(shards, ['workers'], observer.phaseStarted);
  const dropEnded = join(
    shards,
    ['workers', 'ok', 'errors', 'inventory', 'queueDepth', 'orders', 'entries'],
    observer.dropEnded,
  );
  return Array.from({ length: shards }, (_, shard) => ({
    dropStarted: dropStarted(shard),
    phaseStarted: phaseStarted(shard),
    dropEnded: dropEnded(shard),
    incidentChanged: observer.incidentChanged,
  }));
}

/** For each shard, who hears its parts; `hear` hears the first shard's with the sums of what is under `keys`. */
function join<Key extends string, Part extends Readonly<Record<Key, number>>>(
  shards: number,
  keys: readonly Key[],
  hear: (whole: Part) => void,
): (shard: number) => (part: Part) => void {
  const parts = Array.from({ length: shards }, (): Part[] => []);
  return (shard) => (part) => {
    parts[shard]?.push(part);
    if (parts.some(({ length }) => length === 0)) return;
    const oldest = parts.flatMap((said) => said.splice(0, 1));
    const [first] = oldest;
    if (first) hear({ ...first, ...sumOf(oldest, keys) });
  };
}
