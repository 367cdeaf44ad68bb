/** The three signals of OpenTelemetry, in the order they are counted and printed. */
export const SIGNALS = ['traces', 'logs', 'metrics'] as const;

/** One of the three signals; its items are ended spans, emitted log records, collected data points. */
export type Signal = (typeof SIGNALS)[number];
