import type { EpochMillis } from '../simulation/clock.ts';
import { integer } from '../simulation/distributions.ts';
import type { Random } from '../simulation/random.ts';
import { dealtTo, type Slice } from '../simulation/slice.ts';
import { SIZES, type Size } from './catalog.ts';

/** A pair set aside for one shopper: held until it is sold, released, or its time is up. */
export interface Reservation {
  readonly size: Size;
  /** `held`: lapses at `expiresAt`. `paying`: stays until the payment's end is known. The other states are final. */
  readonly state: 'held' | 'paying' | 'sold' | 'released' | 'expired';
  readonly expiresAt: EpochMillis;
}

/** The stock of one drop: a counter a size that never goes below zero. */
export interface Inventory {
  /** Pairs it started with. */
  readonly initial: number;
  /** Pairs left to reserve, over all sizes. */
  readonly left: number;
  readonly sold: number;
  /** Pairs set aside: held, or being paid for. */
  readonly setAside: number;
  leftOf(size: Size): number;
  /** Sets a pair aside; undefined when none of that size is left. */
  reserve(size: Size, now: EpochMillis): Reservation | undefined;
  /** Keeps a held pair beyond its time while it is being paid for; false when it has lapsed. */
  startPayment(reservation: Reservation): boolean;
  /** The pair is paid for. */
  sell(reservation: Reservation): void;
  /** The pair goes back on the shelf. Nothing happens to one that is sold or already back. */
  release(reservation: Reservation): void;
  /** A mistake: a pair that is back on the shelf is counted there once more. */
  countTwice(reservation: Reservation): void;
  /** Puts held pairs whose time is up back on the shelf; how many. */
  expire(now: EpochMillis): number;
}

/** How long a pair is held for a shopper who has not started to pay, in milliseconds. */
const HOLD = 10_000;

type Entry = { -readonly [Key in keyof Reservation]: Reservation[Key] };

/** A stock of `pairs` a size. */
export function createInventory(pairs: ReadonlyMap<Size, number>): Inventory {
  const shelf = new Map(pairs);
  const initial = sum(pairs.values());
  // Every hold is equally long, so the oldest are the first to lapse.
  const held = new Set<Entry>();
  let left = initial;
  let sold = 0;
  let setAside = 0;

  const move = (size: Size, by: 1 | -1) => {
    shelf.set(size, (shelf.get(size) ?? 0) + by);
    left += by;
  };

  const close = (reservation: Reservation, state: 'released' | 'expired') => {
    const entry = own(reservation);
    if (entry.state !== 'held' && entry.state !== 'paying') return;
    entry.state = state;
    held.delete(entry);
    setAside--;
    move(entry.size, 1);
  };

  return {
    initial,
    get left() {
      return left;
    },
    get sold() {
      return sold;
    },
    get setAside() {
      return setAside;
    },
    leftOf: (size) => shelf.get(size) ?? 0,
    reserve(size, now) {
      if ((shelf.get(size) ?? 0) === 0) return undefined;
      const entry: Entry = { size, state: 'held', expiresAt: now + HOLD };
      held.add(entry);
      setAside++;
      move(size, -1);
      return entry;
    },
    startPayment(reservation) {
      const entry = own(reservation);
      if (entry.state !== 'held') return false;
      held.delete(entry);
      entry.state = 'paying';
      return true;
    },
    sell(reservation) {
      const entry = own(reservation);
      if (entry.state !== 'paying') {
        throw new Error(`sale of a pair that is ${entry.state}: expected one that is being paid for`);
      }
      entry.state = 'sold';
      setAside--;
      sold++;
    },
    release: (reservation) => close(reservation, 'released'),
    countTwice: ({ size }) => move(size, 1),
    expire(now) {
      let expired = 0;
      for (const entry of held) {
        if (entry.expiresAt > now) break;
        close(entry, 'expired');
        expired++;
      }
      return expired;
    },
  };
}

/** Only an inventory makes reservations, so what comes back is an entry of its own. */
function own(reservation: Reservation): Entry {
  return reservation as Entry;
}

/** Between `min` and `max` pairs, over the sizes as they are worn. */
export function stock(random: Random, { min, max }: { min: number; max: number }): Map<Size, number> {
  const total = integer(random, min, max);
  const weights = sum(SIZES.map(({ weight }) => weight));
  const pairs = new Map<Size, number>(SIZES.map(({ size, weight }) => [size, Math.floor((total * weight) / weights)]));
  const rest = total - sum(pairs.values());
  for (const { size } of SIZES.slice(0, rest)) pairs.set(size, (pairs.get(size) ?? 0) + 1);
  return pairs;
}

/** What a slice has of a stock: the pairs are dealt out in turn, size by size, so that slices are equal in each size and in all. */
export function sliceOfStock(pairs: ReadonlyMap<Size, number>, slice: Slice): Map<Size, number> {
  let dealt = 0;
  return new Map(
    [...pairs].map(([size, number]) => {
      const before = dealtTo(slice, dealt);
      dealt += number;
      return [size, dealtTo(slice, dealt) - before];
    }),
  );
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
