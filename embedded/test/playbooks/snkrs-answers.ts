import assert from 'node:assert/strict';
import type { Answers } from './answer.ts';

/** What must be true of the answers to `event-generator/snkrs_queries.sql`, in a run of two short drops of 80 pairs each. */
export const SNKRS_ANSWERS: Answers = {
  1: (rows, _, printed) => {
    const told = [...printed.matchAll(/DROP \d over +([\d,]+) draw entries, (\d+) orders/g)].map(([, , orders]) =>
      Number(orders),
    );
    assert.deepEqual(
      rows.map(({ orders }) => orders),
      told.reverse(),
    );
    assert.deepEqual(
      rows.map(({ pairs, phase }) => [pairs, phase]),
      [
        [80, 'POST_DROP'],
        [80, 'POST_DROP'],
      ],
    );
  },
};
