import { setFlagsFromString } from 'node:v8';

/** Of what a collection has left of a heap: so much is added to it before the next collection of the whole heap begins. */
const GROWTH_PERCENT = 150;

/**
 * Lets the heap of every thread of this process grow so far. V8 by itself takes a heap that grows fast for one in need of collections, and
 * marks most of the time what lives on, at full load. With 300 % the process was 10 to 30 MB larger at the default load, and no faster in
 * bench/RESULTS.md. To be called before threads start.
 */
export function letHeapsGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
