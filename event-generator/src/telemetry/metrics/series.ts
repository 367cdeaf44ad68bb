import type { MetricAttributes } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';

/** One series of a histogram, cumulative. */
export class Series {
  readonly attributes: MetricAttributes;
  readonly #boundaries: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** Added up by the collection, as the SDK does: the same fractions to the last digit. */
  #sum = 0;
  #sumSinceCollection = 0;

  /** `boundaries` are the upper bounds of the buckets, rising; one more bucket holds the rest. */
  constructor(attributes: MetricAttributes, boundaries: readonly number[]) {
    this.attributes = attributes;
    this.#boundaries = boundaries;
    this.#counts = new Array<number>(boundaries.length + 1).fill(0);
  }

  record(value: number): void {
    this.#count++;
    this.#sumSinceCollection += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    let bucket = 0;
    while (bucket < this.#boundaries.length && value > this.#boundaries[bucket]!) bucket++;
    this.#counts[bucket]!++;
  }

  collect(): Histogram {
    this.#sum += this.#sumSinceCollection;
    this.#sumSinceCollection = 0;
    return {
      count: this.#count,
      sum: this.#sum,
      min: this.#min,
      max: this.#max,
      buckets: { boundaries: [...this.#boundaries], counts: [...this.#counts] },
    };
  }
}
