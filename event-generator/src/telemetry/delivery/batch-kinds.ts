import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { countDataPoints } from '../metrics/retime.ts';
import { type Batch, splitBatch } from '../otlp/batch.ts';
import type { Signal } from '../signal.ts';
import type { BatchKind } from './export-queue.ts';

/** Batches of single items: spans, log records. */
export function batchesOf(signal: Signal): BatchKind<Batch> {
  return {
    signal,
    // Making the items takes longer than sending them: more were measured to bring no more throughput.
    concurrency: 2,
    items: ({ items }) => items,
    split: splitBatch,
  };
}

/** Batches that are the metrics of one resource; their items are data points. */
export const RESOURCE_METRICS: BatchKind<ResourceMetrics> = {
  signal: 'metrics',
  // One small request for each resource, whose time is the way there and back.
  concurrency: 8,
  items: (metrics) => new Map([[serviceOf(metrics.resource), countDataPoints(metrics)]]),
  // One resource's metrics are a few hundred points: far from any receiver's limit.
  split: () => undefined,
};

function serviceOf(resource: Resource): string {
  return String(resource.attributes[ATTR_SERVICE_NAME]);
}
