import type { Cycle } from '../simulation/phase-machine.ts';
import type { Random } from '../simulation/random.ts';
import type { Slice } from '../simulation/slice.ts';
import { CATALOG, type Size, type Sneaker } from './catalog.ts';
import { createInventory, type Inventory, sliceOfStock, stock } from './inventory.ts';
import type { PhaseName } from './phases.ts';

/** An order that is paid for. */
export interface Order {
  readonly id: string;
  readonly shopper: number;
  readonly size: Size;
  readonly chargeId: string;
}

/** One drop: what is sold, who has entered, what came of it. */
export interface DropState {
  readonly cycle: number;
  readonly id: string;
  readonly sneaker: Sneaker;
  readonly inventory: Inventory;
  phase: PhaseName;
  /** Indexes of the shoppers in the draw. */
  readonly entered: Set<number>;
  readonly orders: Order[];
  /** Requests answered, by whether with success. */
  ok: number;
  errors: number;
}

/** A slice of the drop of a cycle, whose whole stock is between `pairs.min` and `pairs.max`, the same for all slices of a seed. */
export function createDropState(
  { number, startsAt }: Cycle,
  random: Random,
  pairs: { min: number; max: number },
  slice: Slice,
): DropState {
  const sneaker = CATALOG[(number - 1) % CATALOG.length] ?? CATALOG[0];
  if (sneaker === undefined) throw new RangeError('an empty catalog: expected at least one sneaker');
  const day = new Date(startsAt).toISOString().slice(0, 10);
  return {
    cycle: number,
    id: `drop-${day}-${String(number).padStart(4, '0')}`,
    sneaker,
    inventory: createInventory(sliceOfStock(stock(random, pairs), slice)),
    phase: 'PRE_DROP',
    entered: new Set(),
    orders: [],
    ok: 0,
    errors: 0,
  };
}
