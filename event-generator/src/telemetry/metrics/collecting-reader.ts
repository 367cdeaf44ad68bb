import { AggregationTemporality, InstrumentType, type MetricProducer, MetricReader } from '@opentelemetry/sdk-metrics';

/**
 * A reader that is asked: it collects when `collect()` is called and does nothing by itself. Cumulative temporality, but for
 * observed gauges: a gauge has none, and what the SDK accumulates of it are points that are observed no more.
 */
export class CollectingReader extends MetricReader {
  /** `metricProducers` have metrics besides the SDK's. */
  constructor(metricProducers: MetricProducer[] = []) {
    super({
      metricProducers,
      aggregationTemporalitySelector: (instrument) =>
        instrument === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
