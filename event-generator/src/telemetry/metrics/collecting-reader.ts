import { MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that is asked: it collects when `collect()` is called and does nothing by itself. Cumulative temporality. */
export class CollectingReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
