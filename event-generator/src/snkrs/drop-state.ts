import type { EpochMillis } from '../simulation/clock.ts';
import type { Random } from '../simulation/random.ts';
import { CATALOG, type Size, type Sneaker } from './catalog.ts';
import { createInventory, type Inventory, stock } from './inventory.ts';
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

/** The drop of cycle `cycle` (from 1), opened at `now`. */
export function createDropState(
  cycle: number,
  now: EpochMillis,
  random: Random,
  pairs: { min: number; max: number },
): DropState {
  const sneaker = CATALOG[(cycle - 1) % CATALOG.length] ?? CATALOG[0];
  if (sneaker === undefined) throw new RangeError('an empty catalog: expected at least one sneaker');
  const day = new Date(now).toISOString().slice(0, 10);
  return {
    cycle,
    id: `drop-${day}-${String(cycle).padStart(4, '0')}`,
    sneaker,
    inventory: createInventory(stock(random, pairs)),
    phase: 'PRE_DROP',
    entered: new Set(),
    orders: [],
    ok: 0,
    errors: 0,
  };
}
