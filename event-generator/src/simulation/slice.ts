import type { Random } from './random.ts';

/** One part of a simulation that several event loops share: `index`, from 0, of `count`. */
export interface Slice {
  readonly index: number;
  readonly count: number;
}

/** All of it in one. */
export const WHOLE: Slice = { index: 0, count: 1 };

/** The stream of what is a slice's own, from the one that all slices have in common: of the whole, that one itself. */
export function ownStream(random: Random, { index, count }: Slice): Random {
  return count === 1 ? random : random.fork(`shard-${index}`);
}

/** How many of `total` things are this slice's: whole numbers, as equal as can be, that add up to `total` over all slices. */
export function sliceOf(total: number, { index, count }: Slice): number {
  return Math.floor((total * (index + 1)) / count) - Math.floor((total * index) / count);
}

/** How many of the first `total` things are this slice's when they are dealt out in turn: number n is slice n % count's. */
export function dealtTo({ index, count }: Slice, total: number): number {
  return Math.max(0, Math.ceil((total - index) / count));
}

/** Part `part.index` of `part.count` of a slice, seen from the whole. */
export function sliceWithin({ index, count }: Slice, part: Slice): Slice {
  return { index: index * part.count + part.index, count: count * part.count };
}
