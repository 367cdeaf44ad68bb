import { type HrTime, type MetricAttributes, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type HistogramMetricData,
  InstrumentType,
  type MetricProducer,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { Series } from './series.ts';

/** What a histogram is. */
export interface HistogramOptions {
  readonly description: string;
  readonly unit: string;
  /** The upper bounds of its buckets, rising; one more bucket holds the rest. */
  readonly boundaries: readonly number[];
}

/** A histogram whose series are told apart by objects. */
export interface SeriesHistogram {
  /** `attributes` is one of a few objects: those that say the same are one series. */
  record(value: number, attributes: MetricAttributes): void;
}

/** Stands for the times of points, which whoever collects them sets: see `retime`. */
const NO_TIME: HrTime = [0, 0];

/**
 * Histograms of one scope, with the data points that the SDK's would have. Those sort and print the attributes of every value, to find
 * its series: a tenth of all that a span cost.
 */
export class Histograms implements MetricProducer {
  readonly #scope: ScopeMetrics['scope'];
  readonly #created: (() => HistogramMetricData)[] = [];

  constructor(scope: ScopeMetrics['scope']) {
    this.#scope = scope;
  }

  create(name: string, { description, unit, boundaries }: HistogramOptions): SeriesHistogram {
    const series = new Map<string, Series>();
    const found = new Map<MetricAttributes, Series>();
    const find = (attributes: MetricAttributes): Series => {
      const said = JSON.stringify(Object.entries(attributes).sort());
      const one = series.get(said) ?? new Series(attributes, boundaries);
      series.set(said, one);
      found.set(attributes, one);
      return one;
    };
    const descriptor = { name, description, unit, type: InstrumentType.HISTOGRAM, valueType: ValueType.DOUBLE };
    this.#created.push(() => ({
      descriptor,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...series.values()].map((one) => ({
        attributes: one.attributes,
        startTime: NO_TIME,
        endTime: NO_TIME,
        value: one.collect(),
      })),
    }));
    return { record: (value, attributes) => (found.get(attributes) ?? find(attributes)).record(value) };
  }

  async collect(): Promise<CollectionResult> {
    const metrics = this.#created.map((read) => read()).filter(({ dataPoints }) => dataPoints.length > 0);
    const scopeMetrics = metrics.length > 0 ? [{ scope: this.#scope, metrics }] : [];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}
