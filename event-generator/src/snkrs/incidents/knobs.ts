/** What an incident may turn, besides operations and backends: each with its value while nothing is wrong. */
export const KNOBS = {
  /** Share of those who enter the draw or buy that are bots; their accounts are flagged. */
  'crowd.bots': 0.08,
  /** Share of the images the edge nearest to the shopper has not kept. */
  'cdn.misses': 0.06,
  /** Share of the session lookups that find a session evicted which would have been there. */
  'sessions.evicted': 0,
  /** Points on top of every fraud score; above 85 of 100 a payment is held. */
  'fraud.shift': 0,
  /** How often a charge that failed is tried again, at once. */
  'stripe.retries': 0,
  /** How often the gateway asks who a shopper is again, at once, where that failed through no fault of the shopper's. */
  'auth.retries': 0,
  /** Share of the batches that failed which are given to a consumer again; until one is done nothing behind it is read. */
  'consume.redeliver': 0,
  /** Messages a consumer takes at a time, as a share of what it takes normally; one, at least. */
  'draw_entries.batch': 1,
  'draw_winners.batch': 1,
  'draw_losers.batch': 1,
  'order_created.batch': 1,
  /** Share of the pairs put back on the shelf that are counted twice. */
  'inventory.doubleRelease': 0,
} as const satisfies Readonly<Record<string, number>>;

export type KnobName = keyof typeof KNOBS;

// Object.keys forgets the keys of its object.
export const KNOB_NAMES = Object.keys(KNOBS) as KnobName[];
