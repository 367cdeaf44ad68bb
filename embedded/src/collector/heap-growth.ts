import { setFlagsFromString } from 'node:v8';

/**
 * Of what a collection has left of the heap: so much is added to it before the next collection of the whole heap begins. 300 % at rest
 * would be 40 to 60 MB more at the default load; 100 % in a rush cost half as much processor time again for each span.
 */
const PERCENT = { rest: 100, rush: 300 } as const;

/** Spans, log records and data points. The default drop has 3,000 a second at most, ten times its load 8,000. */
const RUSH_ITEMS_PER_SECOND = 20_000;
const LOOK_MILLIS = 250;

/**
 * Lets this process's heap grow, with the buffers of requests that count as part of it. V8 by itself takes a heap that grows fast for
 * one in need of collections: at full load it spent a third of the processor's time on marking what a few hundred bodies hold.
 *
 * `received` tells how many items have come so far: while they come fast, the heap may grow further.
 */
export function letHeapGrow(received: () => number): void {
  let before = received();
  setGrowth('rest');
  setInterval(() => {
    const now = received();
    setGrowth(((now - before) * 1000) / LOOK_MILLIS < RUSH_ITEMS_PER_SECOND ? 'rest' : 'rush');
    before = now;
  }, LOOK_MILLIS).unref();
}

/** V8 reads it anew at the end of each collection. */
function setGrowth(pace: keyof typeof PERCENT): void {
  setFlagsFromString(`--heap-growing-percent=${PERCENT[pace]}`);
}
