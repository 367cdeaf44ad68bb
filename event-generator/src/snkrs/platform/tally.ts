import type { Meter, MetricAttributes, MetricOptions } from '@opentelemetry/api';

/** A counter that goes up by one. */
export interface Tally {
  /** `attributes` is one of a few objects: each is a series. */
  count(attributes: MetricAttributes): void;
}

/**
 * Counts by itself and tells the SDK when metrics are collected. A synchronous counter sorts and prints the attributes of every single
 * count, to find its series.
 */
export function createTally(meter: Meter, name: string, options: MetricOptions): Tally {
  const counts = new Map<MetricAttributes, number>();
  meter.createObservableCounter(name, options).addCallback((result) => {
    for (const [attributes, count] of counts) result.observe(count, attributes);
  });
  return { count: (attributes) => void counts.set(attributes, (counts.get(attributes) ?? 0) + 1) };
}
